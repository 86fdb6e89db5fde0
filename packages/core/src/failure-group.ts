import { z } from 'zod';
import { TaskErrorRecord } from './task.ts';

const Time = z.iso.datetime();

/** Failures that look alike: the same method, class and message, numbers and ids aside. */
export const FailureGroup = z
  .object({
    id: z.string().describe('The fingerprint. `GET /v1/tasks?failure=…` finds the tasks that failed with it last.'),
    model: z.string(),
    method: z.string(),
    class: TaskErrorRecord.shape.class,
    name: z.string().describe("The error's name."),
    message: z.string().describe('The message, with `#` where numbers and ids stood.'),
    count: z.int().describe('How often a task ended with it, or needed attention because of it.'),
    firstAt: Time,
    lastAt: Time,
    lastTaskId: z.string(),
    lastMessage: z.string().describe('The newest message as it was.'),
  })
  .meta({ id: 'FailureGroup' });
export type FailureGroup = z.infer<typeof FailureGroup>;

/** The message of an error without what differs from task to task: ids, numbers, quoted texts of digits. */
export function failurePattern(message: string): string {
  return message
    .slice(0, 500)
    .replaceAll(/tsk_[0-9a-z]+-[0-9a-z]+-[a-z0-9_]+/g, '#')
    .replaceAll(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '#')
    .replaceAll(/\b0x[0-9a-f]+\b/gi, '#')
    .replaceAll(/\b(?=[a-z]*\d)[0-9a-f]{8,}\b/gi, '#')
    .replaceAll(/[-+]?\d+(?:[.,:]\d+)*/g, '#')
    .replaceAll(/#(?:[\s,;]*#)+/g, '#')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
