import type { RuleInput } from '@drover/core';
import { clockOf } from './clock.ts';

/**
 * The file of vectors: NDJSON. Its first line is a `Header`, every further one a `Vector`. Written by `generate.ts`.
 */

/** A rule, and the times at which it has to fire. Instants are ISO 8601, UTC. */
export type Vector = {
  about: string;
  rule: RuleInput;
  anchorAt: string;
  /** Strictly after this. */
  after: string;
  n: number;
  fires: string[];
  /** `systemd-analyze calendar` lists the same. */
  systemd?: true;
};

/** By which offsets the fires were computed. Governments change their minds, and every Node.js has the rules of its day. */
export type Header = {
  tzdata: string;
  /** Zone → its transitions from `from` to `to`: instant, minutes before, minutes after. */
  offsets: Record<string, [at: string, before: number, after: number][]>;
};

export const zones = [
  'America/New_York',
  'Europe/Berlin',
  'Africa/Cairo',
  'America/Havana',
  'America/Santiago',
  'Asia/Beirut',
  'Australia/Lord_Howe',
  'Antarctica/Troll',
  'Africa/Casablanca',
  'Pacific/Apia',
  'Asia/Kolkata',
  'UTC',
];

/** The years of the vectors, and a year around them, which some of their rules look into. */
const years = { from: Date.UTC(2023, 0, 1), to: Date.UTC(2033, 0, 1) };

/** The offsets of a zone by the running Node.js, as a header holds them. */
export function offsetsOf(zone: string): Header['offsets'][string] {
  return clockOf(zone)
    .transitions.filter(({ at }) => at >= years.from && at < years.to)
    .map(({ at, before, after }) => [iso(at), before / 60_000, after / 60_000]);
}

/** Whole seconds. */
export function iso(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}
