import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/**
 * What tells a process from a later one with the same id: the moment it was started, in whatever form the system has it.
 * Undefined when there is no such process, or when it has ended and only waits to be collected.
 */
export async function processIdentity(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
    // The name, in brackets, may hold anything; what follows it is divided by spaces.
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields === undefined || fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  }
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'state=,lstart=', '-p', String(pid)], (error, stdout) => {
      const line = stdout.trim();
      resolve(error !== null || line === '' || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, ''));
    });
  });
}
