import { DroverError } from '@drover/client';

/** Somebody else changed the thing while this person was editing it. */
export class Conflict<Thing> extends Error {
  readonly theirs: Thing;

  constructor(theirs: Thing, cause: unknown) {
    super('it was changed meanwhile', { cause });
    this.theirs = theirs;
  }
}

/** @throws Conflict with the thing as it is now, when it has another version than the one that was edited */
export async function replaced<Thing>(replace: () => Promise<Thing>, get: () => Promise<Thing>): Promise<Thing> {
  try {
    return await replace();
  } catch (error) {
    if (!(error instanceof DroverError) || error.code !== 'precondition_failed') throw error;
    throw new Conflict(await get(), error);
  }
}
