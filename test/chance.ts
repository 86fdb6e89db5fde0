/** Chance that can be had again: the same seed, the same numbers (mulberry32). */
export type Chance = {
  readonly seed: number;
  /** From 0 up to 1. */
  next(): number;
  /** A whole number from min to max. */
  between(min: number, max: number): number;
  pick<T>(items: readonly T[]): T | undefined;
};

/** Default: the seed of the setting SEED, else one by the clock. Prints it, so that a failure can be played again. */
export function createChance(seed = Number(process.env.SEED ?? Date.now() % 1_000_000_007)): Chance {
  console.log(`SEED=${seed}`);
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    seed,
    next,
    between: (min, max) => min + Math.floor(next() * (max - min + 1)),
    pick: (items) => items[Math.floor(next() * items.length)],
  };
}
