import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isFinished, type Task } from '@drover/core';
import type { Answer } from './answer.ts';
import type { Preferences } from './prefer.ts';

/** How a task is answered: with when to ask again, and with a tag, so that asking again is cheap. */

const retryAfterSecondsMax = 60;

/** When it is worth asking again, seconds. Undefined: it has ended. */
export function retryAfterSeconds(task: Task, nowMs = Date.now()): number | undefined {
  if (isFinished(task.state)) return undefined;
  switch (task.state) {
    case 'scheduled': {
      const dueInSeconds = Math.ceil((Date.parse(task.runAt) - nowMs) / 1_000);
      return Math.min(Math.max(dueInSeconds, 1), retryAfterSecondsMax);
    }
    case 'requires_attention':
      return retryAfterSecondsMax;
    default:
      return 1;
  }
}

export function locationOf(task: Task): string {
  return `/v1/tasks/${task.id}`;
}

/** The answer to enqueueing: 200 when it has ended already, else 202. */
export function enqueuedAnswer(task: Task, preferences: Preferences): Answer {
  const seconds = retryAfterSeconds(task);
  return newAnswer(task, { location: locationOf(task), seconds, hasEnded: seconds === undefined }, preferences);
}

/** The answer to looking: 304 when the caller has it already. */
export function seenAnswer(task: Task, request: IncomingMessage, preferences: Preferences): Answer {
  return taggedAnswer(task, retryAfterSeconds(task), request, preferences);
}

/** @param made `seconds` until it is worth asking again; `hasEnded`: what the caller would wait for is there */
export function newAnswer(
  body: unknown,
  { location, seconds, hasEnded }: { location: string; seconds: number | undefined; hasEnded: boolean },
  preferences: Preferences,
): Answer {
  const headers: Record<string, string> = { location, vary: 'Prefer' };
  if (seconds !== undefined) headers['retry-after'] = String(seconds);
  const applied: string[] = [];
  if (preferences.respondAsync === true && !hasEnded) applied.push('respond-async');
  if (preferences.waitSeconds !== undefined) applied.push(`wait=${preferences.waitSeconds}`);
  if (applied.length > 0) headers['preference-applied'] = applied.join(', ');
  return { status: hasEnded ? 200 : 202, headers, body };
}

export function taggedAnswer(
  body: unknown,
  seconds: number | undefined,
  request: IncomingMessage,
  preferences: Preferences,
): Answer {
  const etag = `W/"${createHash('sha1').update(JSON.stringify(body)).digest('base64url')}"`;
  const headers: Record<string, string> = { etag, 'cache-control': 'private, no-cache', vary: 'Authorization, Prefer' };
  if (seconds !== undefined) headers['retry-after'] = String(seconds);
  if (preferences.waitSeconds !== undefined) headers['preference-applied'] = `wait=${preferences.waitSeconds}`;
  if (hasTag(request.headers['if-none-match'], etag)) return { status: 304, headers };
  return { status: 200, headers, body };
}

/** RFC 9110, section 13.1.2: weak comparison with any of a list. */
function hasTag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  const opaque = etag.slice(2);
  return header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === opaque);
}
