import type { Schedule, Task } from '@drover/core';
import { expect } from 'vitest';
import type { Answered, ApiStage, AskOptions } from './api-stage.ts';

/** What tests of schedules say over HTTP. */

export const schedulesPath = '/v1/schedules';

let made = 0;

/** Every day at eight; its task echoes. Each has a name of its own. */
export function daily(fields: object = {}) {
  made += 1;
  return {
    name: `daily ${made}`,
    timing: 'schedule',
    frequency: { every: 'daily', at: '08:00' },
    task: { model: 'probe', method: 'echo', args: ['hello'] },
    ...fields,
  };
}

/** Creates one; expects that it is accepted. */
export async function createSchedule(stage: ApiStage, request: object = daily(), options: AskOptions = {}) {
  const answer = await stage.ask<Schedule>(schedulesPath, { method: 'POST', json: request, ...options });
  expect(answer.status, answer.text).toBe(201);
  return answer.body;
}

export function onSchedule<T = Schedule>(
  stage: ApiStage,
  id: string,
  action: string,
  options: AskOptions = {},
): Promise<Answered<T>> {
  return stage.ask<T>(`${schedulesPath}/${id}/${action}`, { method: 'POST', ...options });
}

export async function lookAt(stage: ApiStage, id: string): Promise<Schedule> {
  const answer = await stage.ask<Schedule>(`${schedulesPath}/${id}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
}

/** The tasks that it made, newest first. */
export async function tasksOf(stage: ApiStage, id: string): Promise<Task[]> {
  const answer = await stage.ask<{ items: Task[] }>(`/v1/tasks?schedule=${id}&limit=200`);
  expect(answer.status, answer.text).toBe(200);
  return answer.body.items;
}
