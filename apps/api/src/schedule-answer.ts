import { Schedule } from '@drover/core';
import type { Answer } from './answer.ts';
import { basedOn, versionedAnswer } from './if-match.ts';
import type { AnswerDoc, Call } from './route.ts';
import { etagAnswer, scheduleExample } from './schedule-docs.ts';

export function scheduleAnswer(schedule: Schedule, status?: number, headers?: Record<string, string>): Answer {
  return versionedAnswer(schedule, status, headers);
}

export function scheduleDoc(description: string): AnswerDoc {
  return { description, schema: Schedule, example: scheduleExample, headers: etagAnswer };
}

/** The version that a change of the schedule in the path is based on. @throws ClusterError as `basedOn`, schedule_unknown */
export function basisOf<Q, B>({ cluster, caller, params, request }: Call<Q, B>): Promise<{ version?: number }> {
  const current = async () => (await cluster.schedules.get(params.id ?? '', caller)).version;
  return basedOn(request.headers['if-match'], current);
}
