import { hash } from 'node:crypto';
import { Outcome, splitMethodName, type TaskState } from '@drover/core';
import type { Envelope } from './envelope.ts';

/**
 * Rows of the index, as `lua/includes/ledgerRows.lua` writes them. Values stand there as hashes: short, of one width, and
 * without a dictionary that would grow. What is found by hash is always compared with the real value before it is shown.
 * A byte of a hash holds seven bits, so that it is one character: texts go to Redis faster than bytes do.
 */
export const segmentRows = 4_096;

/** Columns by table, with bytes a row. */
export const widths = { rows: { i: 22, w: 12, c: 8, l: 32, s: 4, f: 4 }, runs: { t: 16, s: 4 } } as const;

export const stateCodes: Record<TaskState, number> = {
  waiting: 1,
  // Which of the ready ones run is known from the queues: their rows are not touched when they begin and end.
  running: 1,
  scheduled: 2,
  depends: 3,
  requires_attention: 4,
  done: 5,
  error: 6,
  cancelled: 7,
};

/** 0 stands for none. */
export const runningCode = 11;

/** Outcomes are numbered from 1, in the order of their enumeration. */
export function outcomeCode(outcome: Outcome): number {
  return Outcome.options.indexOf(outcome) + 1;
}

const digests = new Map<string, Buffer>();
const digestsMax = 20_000;

function digestOf(text: string): Buffer {
  let digest = digests.get(text);
  if (digest === undefined) {
    digest = hash('sha1', text, 'buffer').subarray(0, 4);
    for (let at = 0; at < digest.length; at += 1) digest[at] = (digest[at] ?? 0) & 0x7f;
    // Names come again and again; when there are too many, it begins anew.
    if (digests.size >= digestsMax) digests.clear();
    digests.set(text, digest);
  }
  return digest;
}

export function hashOf(text: string, bytes: 2 | 4): string {
  return digestOf(text).toString('latin1', 0, bytes);
}

/** A hash as a number, as columns are compared. */
export function hash32(text: string): number {
  return digestOf(text).readUInt32LE(0);
}

export function hash16(text: string): number {
  return digestOf(text).readUInt16LE(0);
}

const whats = new Map<string, string>();

/** Column w: hashes of model, method and queue. */
export function whatOf(fullName: string, queue: string): string {
  const name = `${queue} ${fullName}`;
  let what = whats.get(name);
  if (what === undefined) {
    const { model, method } = splitMethodName(fullName);
    what = hashOf(model, 4) + hashOf(method, 4) + hashOf(queue, 4);
    if (whats.size >= digestsMax) whats.clear();
    whats.set(name, what);
  }
  return what;
}

const none = (bytes: number) => '\0'.repeat(bytes);

/** Column c: hashes of company and user; empty when there is neither. */
export function whoOf({ company, user }: Pick<Envelope, 'company' | 'user'>): string {
  if (company === undefined && user === undefined) return '';
  return [company, user].map((text) => (text === undefined ? none(4) : hashOf(text, 4))).join('');
}

/** Column l: hashes of schedule, flow, job, and of ten tags; empty when there is none. */
export function labelsOf({ schedule, flow, job, tags }: Pick<Envelope, 'schedule' | 'flow' | 'job' | 'tags'>): string {
  if (tags.length === 0 && schedule === undefined && flow === undefined && job === undefined) return '';
  const origins = [schedule, flow, job].map((text) => (text === undefined ? none(4) : hashOf(text, 4)));
  const hashes = tags.slice(0, 10).map((tag) => hashOf(tag, 2));
  return (origins.join('') + hashes.join('')).padEnd(widths.rows.l, '\0');
}
