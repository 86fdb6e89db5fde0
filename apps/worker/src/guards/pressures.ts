import { defaultPriority, type Pressure } from '@drover/core';
import type { CpuReading, DiskReading, MachineReading, MemoryReading } from '@drover/runtime';
import { atRest, halved, halvingsOf, nextPressure, type PressureState } from './pressure-rule.ts';

/** What is measured, and how much of it may be used, percent; 0: the guard is off. */
export type GuardLimits = Record<Pressure['kind'], number>;

/** How it is with each guard; `since` is when its pressure began, Unix ms. */
export type GuardStates = Record<Pressure['kind'], PressureState & { since: number }>;

export const noPressure: GuardStates = {
  memory: { ...atRest, since: 0 },
  cpu: { ...atRest, since: 0 },
  disk: { ...atRest, since: 0 },
};

/** Tasks above it are of low priority: they wait while memory is short. */
export const lowestUrgentPriority = defaultPriority;

export function nextStates(
  states: GuardStates,
  reading: MachineReading,
  limits: GuardLimits,
  concurrency: number,
  nowMs: number,
): GuardStates {
  const next = (kind: Pressure['kind'], stepMax: number) => {
    const state = nextPressure(states[kind], percentOf(kind, reading), limits[kind], stepMax);
    return { ...state, since: states[kind].step === 0 && state.step > 0 ? nowMs : states[kind].since };
  };
  return { memory: next('memory', 1), cpu: next('cpu', halvingsOf(concurrency)), disk: next('disk', 1) };
}

/** Undefined where it cannot be read. */
export function percentOf(kind: Pressure['kind'], { memory, cpu, disk }: MachineReading): number | undefined {
  switch (kind) {
    case 'memory':
      return memory === undefined ? undefined : tenths((memory.usedBytes / memory.limitBytes) * 100);
    case 'cpu':
      return cpu?.percent;
    case 'disk':
      return disk?.percent;
    default:
      return kind satisfies never;
  }
}

/** What a worker holds back now, and why, as the registry shows it. */
export function pressuresOf(
  states: GuardStates,
  reading: MachineReading,
  limits: GuardLimits,
  concurrency: number,
): Pressure[] {
  const { memory, cpu, disk } = reading;
  const told: Pressure[] = [];
  const tell = (kind: Pressure['kind'], message: string) => {
    const since = new Date(states[kind].since).toISOString();
    told.push({ kind, percent: percentOf(kind, reading) ?? 0, since, message });
  };
  if (states.memory.step > 0 && memory !== undefined) tell('memory', memoryWords(memory, limits.memory));
  if (states.cpu.step > 0 && cpu !== undefined) {
    tell('cpu', cpuWords(cpu, limits.cpu, halved(concurrency, states.cpu.step), concurrency));
  }
  if (states.disk.step > 0 && disk !== undefined) tell('disk', diskWords(disk, limits.disk));
  return told;
}

function memoryWords({ usedBytes, limitBytes, of }: MemoryReading, limit: number): string {
  const used = `${megabytes(usedBytes)} of the ${megabytes(limitBytes)} MB of the ${of} are in use`;
  return `${used}, more than ${limit} %: tasks with a priority number above ${lowestUrgentPriority} wait.`;
}

function cpuWords({ of }: CpuReading, limit: number, now: number, concurrency: number): string {
  return `The CPU of the ${of} is busy to more than ${limit} %: ${now} instead of ${concurrency} tasks at a time.`;
}

function diskWords({ folder, freeBytes }: DiskReading, limit: number): string {
  const what = `The disk of ${folder} is full to more than ${limit} %, ${megabytes(freeBytes)} MB are free`;
  return `${what}: clean-up methods run, and nothing begins that needs disk.`;
}

export function megabytes(bytes: number): number {
  return Math.round(bytes / 1_048_576);
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
