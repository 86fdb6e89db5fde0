import type { Rule } from './rule.ts';

/**
 * How much later than its slot a fire comes, ms: at least 0, at most `jitterSeconds`. The same for the same key and
 * slot, so that it does not matter who reckons it or how often.
 */
export function jitterOf(rule: Rule, key: string, at: number): number {
  return Math.floor(chanceOf(`${key}:${at}`) * rule.jitterSeconds * 1_000);
}

/** From 0 up to, not including, 1: FNV-1a over the characters, then mixed (the last step of MurmurHash3). */
function chanceOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
