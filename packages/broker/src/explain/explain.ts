import type { Tasks } from '../cluster.ts';
import { type FactsParts, readFacts } from './read-facts.ts';
import { explanationOf } from './reasons.ts';

/** Why a task does not run, or what happened to it. */
export function createExplain(parts: FactsParts): Tasks['explain'] {
  return async (id, access) => explanationOf(await readFacts(parts, id, access));
}
