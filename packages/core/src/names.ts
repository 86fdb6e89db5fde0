import { z } from 'zod';
import { limits } from './limits.ts';

/** A model: dotted lower-case words, for example `account.invoice`. */
export const ModelName = z
  .string()
  .min(1)
  .max(limits.methodLength)
  .regex(/^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/, 'a model is dotted lower-case words, for example "account.invoice"');

/** A method of a model: one word, for example `process_batch`. */
export const MethodName = z
  .string()
  .min(1)
  .max(limits.methodLength)
  .regex(/^[a-z][A-Za-z0-9_]*$/, 'a method is one word, for example "process_batch"');

/** A queue: lower-case letters, digits, `_`; begins with a letter. */
export const QueueName = z
  .string()
  .min(1)
  .max(limits.queueLength)
  .regex(/^[a-z][a-z0-9_]*$/, 'a queue is lower-case letters, digits and "_", and begins with a letter');

/** A user or company: printable, no line breaks. */
export const Identity = z
  .string()
  .min(1)
  .max(limits.identityLength)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'must not hold control characters');

export const Tag = z
  .string()
  .min(1)
  .max(limits.tagLength)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'must not hold control characters');

/** A task's id, as it is answered. */
export const TaskId = z
  .string()
  .max(limits.taskIdLength)
  .regex(/^tsk_[0-9a-z]+-[0-9a-z]+-[a-z0-9_]+$/, 'is not the id of a task');

/** An instant, ISO 8601. Answers are always in UTC. */
export const Instant = z.iso.datetime({ offset: true });

/** `account.invoice` + `process_batch` → `account.invoice.process_batch`. */
export function fullMethodName(model: string, method: string): string {
  return `${model}.${method}`;
}

/** `account.invoice.process_batch` → its model and method. */
export function splitMethodName(fullName: string): { model: string; method: string } {
  const dot = fullName.lastIndexOf('.');
  return { model: fullName.slice(0, dot), method: fullName.slice(dot + 1) };
}
