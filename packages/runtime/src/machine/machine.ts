import { CpuMeter, type CpuReading } from './cpu.ts';
import { type DiskReading, readDisk } from './disk.ts';
import { type MemoryReading, readMemory } from './memory.ts';

export type { CpuReading, DiskReading, MemoryReading };

/** How it is with the machine, or with the container, now. What cannot be read is missing. */
export type MachineReading = {
  memory?: MemoryReading | undefined;
  cpu?: CpuReading | undefined;
  disk?: DiskReading | undefined;
};

export type Machine = {
  /** Never throws. CPU is what was used since the last reading, so that the first has none. */
  read(): Promise<MachineReading>;
};

export type MachineOptions = {
  /** The fullest of their disks is read. */
  folders: readonly string[];
  /** Where `/proc` and `/sys` are. Default `/`. */
  root?: string;
};

export function openMachine({ folders, root = '/' }: MachineOptions): Machine {
  const meter = new CpuMeter(root);
  return {
    async read() {
      const [memory, cpu, disk] = await Promise.all([readMemory(root), meter.read(), readDisk(folders)]);
      return { memory, cpu, disk };
    },
  };
}
