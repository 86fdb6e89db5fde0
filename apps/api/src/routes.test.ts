import { expect, test } from 'vitest';
import { routes } from './routes.ts';

/** Routes that change nothing by hand, though they are no GET. */
const noChange: Record<string, string> = {
  'post /v1/tasks': 'enqueueing is what the ledger is for',
  'post /v1/tasks/bulk': 'the same, many times over',
  'post /v1/flows': 'the same, of tasks that depend on each other',
  'post /v1/chains': 'the same, in a row',
  'post /v1/schedules/preview': 'it tells the times of a rule that nobody keeps',
};

const named = routes.map((route) => ({ name: `${route.method} ${route.path}`, route }));

test('every route that changes something leaves an entry in the audit', () => {
  const silent = named.filter(({ route }) => route.method !== 'get' && route.audit === undefined);
  expect(silent.map(({ name }) => name).sort()).toEqual(Object.keys(noChange).sort());
});

test('what only looks leaves none', () => {
  expect(named.filter(({ route }) => route.method === 'get' && route.audit !== undefined)).toEqual([]);
});

test('an action is called after what is changed and how, and after nothing else', () => {
  const actions = routes.flatMap(({ audit }) => (audit === undefined ? [] : [audit.action]));
  expect(new Set(actions).size).toBe(actions.length);
  for (const action of actions) expect(action).toMatch(/^[a-z]+\.[a-z]+(-[a-z]+)*$/);
});
