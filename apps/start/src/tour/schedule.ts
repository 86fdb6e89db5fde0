import { setTimeout as sleep } from 'node:timers/promises';
import type { Fire } from '@drover/core';
import { expectDone, expectTo, type TourContext, type TourStep } from './tour.ts';

const everySeconds = 2;
const times = 3;
/** How often the fire log is looked at, ms. */
const lookMs = 200;
/** The fires take a few seconds; on a busy machine, longer. */
const stepMs = 60_000;

/** A rule for a few seconds, its fires as they come, and no more of it afterwards. */
export const schedule: TourStep = {
  title: 'Schedule',
  shows: `a rule makes a task every ${everySeconds} seconds, ${times} times`,
  async run(context) {
    const { client, signal, tell } = context;
    const made = await client.schedules.create(
      {
        // One that an earlier tour was torn away from may be there still.
        name: `Tour ${new Date().toISOString()}`,
        timing: 'schedule',
        frequency: { every: 'seconds', interval: everySeconds },
        maxFires: times,
        // Each counts, also where the machine is slow.
        overlap: 'allow',
        task: { model: 'probe', method: 'echo', args: ['${fire.at}'] },
      },
      { signal },
    );
    try {
      tell(`the rule reads: ${made.sentence}`);
      const next = await client.schedules.previewOf(made.id, { count: times }, { signal });
      tell(`the next fires are at ${next.fires.map(({ at }) => clock(at)).join(', ')}`);
      const fires = await fired(context, made.id);
      await echoed(context, fires);
      const { state } = await client.schedules.get(made.id, { signal });
      expectTo('the schedule to have finished', state === 'finished', state);
    } finally {
      await client.schedules.remove(made.id);
    }
    return `${times} fires made ${times} tasks, each with the time that it was meant for; the schedule is finished and removed`;
  },
};

/** Waits for the fires, and tells each as it comes. Answers them in their order. */
async function fired({ client, signal, show, tell }: TourContext, id: string): Promise<Fire[]> {
  const until = Date.now() + stepMs;
  const told = new Set<number>();
  for (;;) {
    const { items } = await client.schedules.fires(id, { limit: 100 }, { signal });
    const fires = items.filter(({ task }) => task !== undefined).sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
    for (const { number, at, lateSeconds = 0 } of fires) {
      if (told.has(number)) continue;
      told.add(number);
      tell(`fired for ${clock(at)}, ${Math.round(lateSeconds * 1_000)} ms late`);
    }
    show((100 * fires.length) / times, `${fires.length} of ${times} fires`);
    if (fires.length >= times) return fires;
    if (Date.now() > until)
      throw new Error(`only ${fires.length} of ${times} fires within ${stepMs / 1_000} s: see ${id}`);
    await sleep(lookMs, undefined, { signal });
  }
}

/** Every task was given the time of its own fire, and no two fires have the same. */
async function echoed({ client, signal }: TourContext, fires: Fire[]): Promise<void> {
  expectTo(`${times} fires`, fires.length === times, fires.length);
  expectTo('times of their own', new Set(fires.map(({ at }) => at)).size === times, fires);
  for (const { at, task } of fires) {
    const ended = await client.tasks.waitFor(task?.id ?? '', { timeoutMs: stepMs, signal });
    expectDone(ended);
    expectTo(`the time ${at}`, JSON.stringify(ended.result) === JSON.stringify([at]), ended.result);
  }
}

/** `14:03:07`, as the person's own clock shows it. */
function clock(at: string): string {
  return new Date(at).toLocaleTimeString('en-GB');
}
