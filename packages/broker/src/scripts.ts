import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Redis } from 'ioredis';

/**
 * Our Lua scripts (`lua/*.lua`). A line `--- @include "name"` brings in what several share (`lua/includes`), or one of
 * BullMQ's own functions, so that what we do to its keys is what it does itself.
 */
const ownFolder = join(import.meta.dirname, '..', 'lua');
const ownIncludes = join(ownFolder, 'includes');
const bullFolder = join(dirname(createRequire(import.meta.url).resolve('bullmq')), 'commands', 'includes');
const includeLine = /^--- @include "(?:includes\/)?([A-Za-z]+)"$/gm;

const scriptNames = [
  'enqueue',
  'take',
  'finish',
  'renew',
  'read',
  'follow',
  'log',
  'note',
  'change',
  'retry',
  'stalled',
  'kill',
  'beat',
  'prune',
  'verify',
  'audit',
  'schedule',
  'ring',
  'watch',
  'fire',
  'flow',
  'revive',
  'job',
  'queue',
  'mend',
] as const;
export type ScriptName = (typeof scriptNames)[number];

type Argument = string | number;
export type RunScript = (name: ScriptName, key: string, args: Argument[]) => Promise<unknown>;

function assemble(name: ScriptName): string {
  const included = new Set<string>();
  const expand = (text: string): string =>
    text.replace(includeLine, (_, include: string) => {
      if (included.has(include)) return '';
      included.add(include);
      const own = join(ownIncludes, `${include}.lua`);
      return expand(readFileSync(existsSync(own) ? own : join(bullFolder, `${include}.lua`), 'utf8'));
    });
  return expand(readFileSync(join(ownFolder, `${name}.lua`), 'utf8'));
}

const sources = new Map(scriptNames.map((name) => [name, assemble(name)]));

/** Teaches a connection our scripts; they run by digest, and are sent again where the server has forgotten them. */
export function scriptsOn(redis: Redis): RunScript {
  const commands = new Map<ScriptName, (...args: Argument[]) => Promise<unknown>>();
  for (const [name, lua] of sources) {
    const command = `drover_${name}`;
    redis.defineCommand(command, { numberOfKeys: 1, lua });
    const run = (redis as unknown as Record<string, (...args: Argument[]) => Promise<unknown>>)[command];
    if (run === undefined) throw new Error(`script ${name} was not defined`);
    commands.set(name, run.bind(redis));
  }
  return (name, key, args) => {
    const run = commands.get(name);
    if (run === undefined) throw new Error(`no script ${name}`);
    return run(key, ...args);
  };
}
