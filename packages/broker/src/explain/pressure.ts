import { defaultPriority, limits, type Reason } from '@drover/core';
import { type Facts, isReady, takers } from './facts.ts';

/** Every worker that could take it is short of memory, and leaves tasks of low priority where they are. */
export function memoryPressure(facts: Facts): Reason | undefined {
  const { priority } = facts.task;
  const able = takers(facts);
  if (!isReady(facts) || priority <= defaultPriority || able.length === 0) return undefined;
  const short = able.flatMap(({ id, host, pressure = [] }) => {
    const memory = pressure.find(({ kind }) => kind === 'memory');
    return memory === undefined ? [] : [{ id, host, percent: memory.percent, since: memory.since }];
  });
  if (short.length < able.length) return undefined;
  const who =
    able.length === 1 ? 'The only worker that could take it is' : `All ${able.length} workers that could take it are`;
  return {
    code: 'memory_pressure',
    message: `${who} short of memory: tasks with a priority number above ${defaultPriority} wait, and it has ${priority}.`,
    data: { priority, highestPriority: defaultPriority, workers: short.slice(0, limits.explainNames) },
  };
}
