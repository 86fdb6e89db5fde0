/** Child processes of the bootstrap and the check: started, timed, and taken along by a signal. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** A terminal sends Ctrl-C to children too, but only Ctrl-C, and only a terminal. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** A program of the project's own packages. */
export function program(name) {
  return join(root, 'node_modules', '.bin', name);
}

export function say(text) {
  process.stderr.write(`${process.stderr.isTTY ? `\x1b[2m▸ ${text}\x1b[0m` : `▸ ${text}`}\n`);
}

export function secondsSince(since) {
  return `${((Date.now() - since) / 1_000).toFixed(1)} s`;
}

/**
 * Runs a program to its end, its output being ours. Answers its exit code; one that ended by a signal has 128 + its
 * number. If this process is told to end meanwhile, the program is told first, and this process ends with it.
 */
export async function run(command, args, { env = {}, onOutput } = {}) {
  const stdio = onOutput === undefined ? 'inherit' : ['inherit', 'pipe', 'pipe'];
  const child = spawn(command, args, { cwd: root, stdio, env: { ...process.env, ...env } });
  child.stdout?.on('data', onOutput);
  child.stderr?.on('data', onOutput);
  let told;
  const tell = (signal) => {
    told = signal;
    child.kill(signal);
  };
  for (const signal of signals) process.on(signal, tell);
  const code = await new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`${command} could not be started: ${error.message}`)));
    child.once('close', (exitCode, signal) => resolve(exitCode ?? 128 + constants.signals[signal]));
  });
  for (const signal of signals) process.off(signal, tell);
  if (told !== undefined) process.exit(128 + constants.signals[told]);
  return code;
}

/** The same, for programs that must succeed; else this process ends. Quiet ones show their output only then. */
export async function must(what, command, args, { env, isQuiet = false } = {}) {
  const output = [];
  const onOutput = isQuiet ? (chunk) => output.push(chunk) : undefined;
  const code = await run(command, args, { env, onOutput });
  if (code === 0) return;
  process.stderr.write(Buffer.concat(output));
  console.error(`\n${what} failed (exit code ${code}).`);
  process.exit(code);
}
