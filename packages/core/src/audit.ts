import { z } from 'zod';
import { Json } from './json.ts';
import { limits } from './limits.ts';
import { Instant } from './names.ts';

const Time = z.iso.datetime();

/** Who did something: a key, as it was called then. */
export const Actor = z.object({ keyId: z.string(), name: z.string() }).meta({ id: 'Actor' });
export type Actor = z.infer<typeof Actor>;

/**
 * What came of a change.
 *
 * begun    it was asked for, and the process that did it ended before it could say more: it may have been made.
 * done     it was made.
 * refused  the request was understood, and not followed: `code` says why.
 * failed   something broke on the way: part of it may have been made.
 */
export const AuditOutcome = z.enum(['begun', 'done', 'refused', 'failed']);
export type AuditOutcome = z.infer<typeof AuditOutcome>;

/** One change by a person or key. */
export const AuditEntry = z
  .object({
    id: z.string().describe('Sorts by time.'),
    at: Time.describe('When its outcome was written down.'),
    actor: Actor,
    company: z.string().optional().describe('The company that the key is bound to.'),
    action: z.string().describe('`task.cancel`, `queue.pause`, `key.create` …'),
    target: z.string().optional().describe('The id or name of what was changed.'),
    from: z.string().describe('The network address that the request came from.'),
    outcome: AuditOutcome,
    status: z.int().optional().describe('The HTTP status of the answer.'),
    code: z.string().optional().describe('The problem, if there was one.'),
    details: z.record(z.string(), Json).optional().describe('What was asked for, shortened, without secrets.'),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.infer<typeof AuditEntry>;

/** Newest first. A page may be short, even empty, and still have a next one. */
export const AuditPage = z
  .object({
    items: z.array(AuditEntry),
    nextCursor: z.string().nullable().describe('Asks for the next page; null on the last one.'),
  })
  .meta({ id: 'AuditPage' });
export type AuditPage = z.infer<typeof AuditPage>;

const words = z
  .string()
  .min(1)
  .max(limits.auditTextLength)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'must not hold control characters');

/** Which changes: all of the named fields must fit. */
export const AuditFilter = z.strictObject({
  action: z
    .string()
    .max(limits.auditTextLength)
    .regex(/^[a-z][a-z-]*\.([a-z][a-z-]*)?$/, 'must be an action, such as task.cancel, or how some begin: task.')
    .optional()
    .describe('`task.cancel`; or with a dot at its end, `task.`, all that begin so.'),
  key: words.optional().describe('Who did it: the id of the key, or its name as it was then.'),
  target: words.optional().describe('The id or name of what was changed.'),
  outcome: AuditOutcome.optional().describe('What came of it.'),
  from: Instant.optional().describe('At or after this instant.'),
  to: Instant.optional().describe('Before this instant.'),
});
export type AuditFilter = z.infer<typeof AuditFilter>;

/** What a person did to one task: kept with it. */
export const TaskHistoryEntry = z
  .object({
    at: Time,
    by: Actor.optional().describe('Missing: Drover itself.'),
    action: z.enum(['comment', 'patch', 'cancel', 'retry', 'skip', 'kill', 'run-now']),
    comment: z.string().optional(),
    before: z
      .object({ args: z.array(Json).optional(), kwargs: z.record(z.string(), Json).optional() })
      .optional()
      .describe('With `patch`: the arguments that were replaced.'),
  })
  .meta({ id: 'TaskHistoryEntry' });
export type TaskHistoryEntry = z.infer<typeof TaskHistoryEntry>;
