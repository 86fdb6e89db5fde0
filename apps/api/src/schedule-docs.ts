import { checkRule, describeFire, nextFires, type SchedulePreview, ScheduleRequest, sentenceOf } from '@drover/core';
import { ifMatchDoc } from './if-match.ts';
import type { HeaderDoc } from './route.ts';

/** What several routes of schedules say in the document. */

export const scheduleIdParam: Record<string, HeaderDoc> = {
  id: { description: 'The id of the schedule, as the answer to creating it gave it.' },
};

export const ifMatchHeader = ifMatchDoc('schedule');

export const etagAnswer: Record<string, HeaderDoc> = {
  etag: {
    description:
      'The version, for `If-Match`. Edits count it up; what it fires does not, so it says nothing of `nextFireAt` and the counts.',
    example: '"3"',
  },
};

export const ruleWords =
  'What belongs to another `timing`, or to another `frequency.every`, is refused, each field by its name. Times of day are meant in `timeZone`: one that the clocks leave out comes as much later as they are put forward, one that they repeat is meant once, the first time.';

/** On working days at half past eight. */
export const scheduleRequestExample = {
  name: 'Morning report',
  timing: 'schedule',
  frequency: { every: 'weekly', at: '08:30', weekdays: ['MO', 'TU', 'WE', 'TH', 'FR'] },
  timeZone: 'Europe/Paris',
  task: { model: 'probe', method: 'echo', args: ['report of ${fire.date}'] },
};

const createdAt = '2026-11-26T08:00:00.000Z';
const request = ScheduleRequest.parse(scheduleRequestExample);
const rule = checkRule(request, Date.parse(createdAt));

export const previewExample: SchedulePreview = {
  sentence: sentenceOf(rule),
  fires: nextFires(rule, Date.parse(createdAt), 2).map((at) => describeFire(rule, at)),
};

export const scheduleExample = {
  id: 'sch_01m80bhnby5kde7dfpydj4',
  ...request,
  state: 'active',
  sentence: previewExample.sentence,
  owner: { kind: 'key', name: 'admin' },
  nextFireAt: previewExample.fires[0]?.at,
  counts: { tasks: 0, manual: 0, skipped: 0, missed: 0, failed: 0, done: 0, error: 0 },
  failuresInARow: 0,
  queued: 0,
  createdAt,
  updatedAt: createdAt,
  updatedBy: { keyId: 'key_admin', name: 'admin' },
  version: 1,
};
