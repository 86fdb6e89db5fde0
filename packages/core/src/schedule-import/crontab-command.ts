import type { Fault } from '../cluster-error.ts';
import type { Json } from '../json.ts';
import { splitMethodName } from '../names.ts';
import type { TaskScheduleInput } from '../schedule.ts';
import { withoutExpressions } from './draft.ts';
import { shellWords } from './shell-words.ts';

/** What the command of a crontab line becomes. */
export type CommandTask = { task?: TaskScheduleInput['task'] | undefined; warnings: string[]; faults: Fault[] };

const methodName = /^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*\.[a-z][A-Za-z0-9_]*$/;
/** `backup.sh` looks like a method and is a file. */
const fileEnding = /\.(?:sh|bash|zsh|py|pl|rb|php|js|mjs|cjs|jar|exe|bat|cmd|ps1|lua|tcl)$/i;
/** Spares most words an exception. */
const mayBeJson = /^(?:\[.*\]|\{.*\}|".*"|-?\d.*|true|false|null)$/s;
const named = /^(?!__proto__=)([A-Za-z_]\w*)=(.*)$/s;

/**
 * `model.method 5 text name=value`, `model.method [5, "text"] {"name": "value"}`, and both after `drover run`, become a
 * task of that method. A single JSON array is the positional arguments, a JSON object the named ones; else every word is
 * one argument: what is JSON is taken as such, all else as text.
 *
 * Any other command is one for a shell: a task of `commandMethod` with `{command}`, or refused where there is none.
 */
export function taskOfCommand(written: string, commandMethod: string | undefined): CommandTask {
  const { command, hasInput } = withoutInput(written);
  const warnings = hasInput
    ? ['A crontab gives what follows the % to the command as its standard input: that is left out.']
    : [];
  const { name, rest, isExplicit } = calledMethod(command);
  if (name === undefined) return shellTask(command, commandMethod, warnings, 'is a shell command');

  const given = argumentsOf(rest);
  if ('fault' in given) {
    if (isExplicit) return { warnings, faults: [{ pointer: '/task', message: given.fault }] };
    return shellTask(command, commandMethod, warnings, given.fault);
  }
  const { redirections, ...values } = given;
  if (redirections.length > 0) {
    warnings.push(`The output goes to the task's log: ${JSON.stringify(redirections.join(' '))} is left out.`);
  }
  return { task: { ...splitMethodName(name), ...values }, warnings, faults: [] };
}

/** In a crontab a % ends the command, and is written `\%` where it is one. */
function withoutInput(written: string): { command: string; hasInput: boolean } {
  const [command = '', ...input] = written.split(/(?<!\\)%/);
  return { command: command.replaceAll('\\%', '%').trim(), hasInput: input.length > 0 };
}

function calledMethod(command: string): { name?: string; rest: string; isExplicit: boolean } {
  const called = /^(drover\s+run\s+)?(\S+)(.*)$/s.exec(command);
  const [, prefix, first = '', rest = ''] = called ?? [];
  const isExplicit = prefix !== undefined;
  const isMethod = methodName.test(first) && (isExplicit || !fileEnding.test(first));
  return isMethod ? { name: first, rest, isExplicit } : { rest: '', isExplicit };
}

function shellTask(command: string, commandMethod: string | undefined, warnings: string[], why: string): CommandTask {
  if (commandMethod !== undefined) {
    return {
      task: { ...splitMethodName(commandMethod), kwargs: { command: withoutExpressions(command) } },
      warnings,
      faults: [],
    };
  }
  const message = `${why}, and Drover runs methods of models: write the method in its place ("model.method arguments"), or name a method that shall run such commands`;
  return { warnings, faults: [{ pointer: '/task', message }] };
}

type Arguments = { args?: Json[]; kwargs?: Record<string, Json> };

function argumentsOf(text: string): (Arguments & { redirections: string[] }) | { fault: string } {
  const { words, redirections, needsShell, openQuote } = shellWords(text);
  if (openQuote !== undefined) return { fault: `has a quote that is never closed (${openQuote})` };
  if (needsShell !== undefined) return { fault: `needs a shell (${needsShell})` };
  const values = words.map((word) => ({ word, value: json(word) ?? word }));
  const isJson = values.every(({ value }) => isContainer(value));
  return { ...(isJson ? asArguments(values.map(({ value }) => value)) : asWords(values)), redirections };
}

/** `[…]`, `{…}` and `[…] {…}` are arguments as a task has them; anything else is a value for each. */
function asArguments(values: Json[]): Arguments {
  const [first, second] = values;
  if (values.length === 1 && Array.isArray(first)) return { args: first };
  if (values.length === 1 && isObject(first)) return { kwargs: first };
  if (values.length === 2 && Array.isArray(first) && isObject(second)) return { args: first, kwargs: second };
  return values.length === 0 ? {} : { args: values };
}

function asWords(words: { word: string; value: Json }[]): Arguments {
  const args: Json[] = [];
  const kwargs: Record<string, Json> = {};
  for (const { word, value } of words) {
    const [, name, text] = named.exec(word) ?? [];
    if (name === undefined || text === undefined) args.push(value);
    else kwargs[name] = json(text) ?? text;
  }
  return { ...(args.length > 0 && { args }), ...(Object.keys(kwargs).length > 0 && { kwargs }) };
}

function isContainer(value: Json): boolean {
  return typeof value === 'object' && value !== null;
}

function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Undefined: it is not JSON, or has a number that would be rounded. */
function json(text: string): Json | undefined {
  if (!mayBeJson.test(text)) return undefined;
  try {
    return JSON.parse(text, exact) as Json;
  } catch {
    return undefined;
  }
}

function exact(_name: string, value: Json): Json {
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) throw new RangeError('it would be rounded');
  return value;
}
