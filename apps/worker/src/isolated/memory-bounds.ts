/** What the engine needs beside its heap, MB: new objects, compiled code. */
const besideHeapMb = 64;
/** Of a process whose methods have no bound. */
const restingMbMax = 256;

/** By how much a process may grow, MB (resident), beyond what it had with all models and before any method. */
export function memoryGrowthMax(memoryMb: number): number {
  return memoryMb + besideHeapMb;
}

/** What may be left of that when a method has ended: the next one must not pay for it, and nobody else can have it. */
export function restingGrowthMax(memoryMb: number | undefined): number {
  return memoryMb === undefined ? restingMbMax : Math.min(restingMbMax, memoryGrowthMax(memoryMb) / 2);
}
