/** What an isolated process writes last when it is ended for its memory. */
export const outOfMemoryMark = 'the process has used more memory than its method may';

/** Told from what the process wrote last: V8 ends it in the middle of things. */
export function isOutOfMemory(written: string): boolean {
  return (
    written.includes(outOfMemoryMark) || /heap out of memory|invalid (?:array|table) size Allocation/i.test(written)
  );
}
