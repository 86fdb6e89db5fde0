import { etl } from './etl.ts';
import { orders } from './orders.ts';
import { schedule } from './schedule.ts';
import { expectDone, expectTo, type TourContext, type TourStep } from './tour.ts';

const bulkTasks = 1_000;
/** Results fetched at a time. */
const atOnce = 32;

const progress: TourStep = {
  title: 'Progress',
  shows: 'a task tells how far it is while it runs',
  async run({ client, follow }) {
    const steps = 25;
    const seen = new Set<number>();
    const task = await client.tasks.enqueue({ model: 'probe', method: 'progress', kwargs: { steps, ms: 80 } });
    const ended = await follow(task, ({ state, progress: { percent } }) => {
      if (state === 'running' && percent > 0 && percent < 100) seen.add(percent);
    });
    expectDone(ended);
    expectTo('progress to end at 100', ended.progress.percent === 100, ended.progress);
    expectTo('progress to be seen on the way', seen.size >= 2, [...seen]);
    return `probe.progress went through ${steps} steps on ${ended.executions[0]?.worker ?? 'a worker'}`;
  },
};

const retry: TourStep = {
  title: 'Retry',
  shows: 'what fails for the moment is tried again by itself',
  async run({ client, follow, tell }) {
    const kwargs = { times: 2, delaySeconds: 1, message: 'the other side is down' };
    const task = await client.tasks.enqueue({ model: 'probe', method: 'fail_times', kwargs });
    const told = new Set<number>();
    const ended = await follow(task, ({ executions }) => {
      for (const { attempt, outcome, error } of executions) {
        if (outcome !== 'error' || told.has(attempt)) continue;
        told.add(attempt);
        tell(`attempt ${attempt} failed: ${error?.message ?? outcome}`);
      }
    });
    expectDone(ended);
    const outcomes = [...ended.executions].sort((a, b) => a.attempt - b.attempt).map((execution) => execution.outcome);
    expectTo('two failures and a success', String(outcomes) === 'error,error,success', outcomes);
    expectTo('two retries', ended.retryCount === 2, ended.retryCount);
    return 'the third attempt succeeded';
  },
};

const failure: TourStep = {
  title: 'Failure',
  shows: 'what cannot succeed ends at once, and says why',
  async run({ client, follow }) {
    const message = 'customer 4711 does not exist';
    const task = await client.tasks.enqueue({ model: 'probe', method: 'permanent_error', kwargs: { message } });
    const ended = await follow(task);
    const { state, error, executions } = ended;
    expectTo('the task to end in error', state === 'error', state);
    expectTo('its class and message', error?.class === 'permanent' && error.message === message, error);
    expectTo('a single attempt', executions.length === 1, executions.length);
    return `${ended.name} is in error after one attempt: ${error?.name}, “${error?.message}”`;
  },
};

const bulk: TourStep = {
  title: 'Bulk',
  shows: `${bulkTasks.toLocaleString('en')} tasks in one request`,
  async run(context) {
    const requests = Array.from({ length: bulkTasks }, (_, n) => ({ model: 'probe', method: 'echo', args: [n] }));
    const since = performance.now();
    const tasks = await context.client.tasks.enqueueMany(requests, { signal: context.signal });
    const enqueuedMs = performance.now() - since;
    const bad = tasks.find((task) => task instanceof Error);
    if (bad instanceof Error) throw bad;
    const ids = tasks.flatMap((task) => (task instanceof Error ? [] : [task.id]));
    expectTo(`${bulkTasks} different tasks`, new Set(ids).size === bulkTasks, new Set(ids).size);
    await echoed(context, ids);
    const allMs = performance.now() - since;
    return `accepted in ${Math.round(enqueuedMs)} ms, all done and their results fetched in ${(allMs / 1_000).toFixed(1)} s`;
  },
};

/** Fetches every result: the n-th must be n. */
async function echoed({ client, show, signal }: TourContext, ids: string[]): Promise<void> {
  const rest = [...ids.entries()].reverse();
  let fetched = 0;
  const fetchAll = async () => {
    for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
      const [n, id] = next;
      const task = await client.tasks.waitFor(id, { timeoutMs: 60_000, signal });
      expectDone(task);
      expectTo(`result [${n}]`, JSON.stringify(task.result) === `[${n}]`, task.result);
      fetched += 1;
      show((100 * fetched) / ids.length, `${fetched} of ${ids.length}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, fetchAll));
}

export const tourSteps: TourStep[] = [progress, retry, failure, orders, etl, bulk, schedule];
