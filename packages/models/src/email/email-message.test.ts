import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createDirectContext,
  type DirectOptions,
  declaredClass,
  type ItemResults,
  limits,
  methodsOf,
  parseArguments,
  runDirectly,
} from '@drover/core';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { emailMessage } from './email-message.ts';

type Received = { from: string; to: string[]; raw: string };
const received: Received[] = [];
let connections = 0;
let server: SMTPServer;
let dataDir = '';

function reply(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

/** A mail server that refuses recipients by their name: `unknown@…` for good, `later@…` for now, `quit@…` and goes. */
const options: SMTPServerOptions = {
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onConnect(_session, done) {
    connections += 1;
    done();
  },
  onAuth({ username, password }, _session, done) {
    if (password === 'right') done(null, { user: username });
    else done(reply(535, 'wrong password'));
  },
  onRcptTo({ address }, _session, done) {
    if (address.startsWith('unknown')) return done(reply(550, 'no such mailbox'));
    if (address.startsWith('later')) return done(reply(450, 'try again later'));
    if (address.startsWith('quit')) return done(reply(421, 'going down'));
    return done();
  },
  onData(stream, session, done) {
    let raw = '';
    stream.on('data', (chunk: Buffer) => {
      raw += chunk.toString('latin1');
    });
    stream.on('end', () => {
      if (raw.includes('Subject: spam')) return done(reply(554, 'this is spam'));
      const { mailFrom, rcptTo } = session.envelope;
      received.push({ from: mailFrom === false ? '' : mailFrom.address, to: rcptTo.map((to) => to.address), raw });
      return done();
    });
  },
};

beforeEach(async () => {
  received.length = 0;
  connections = 0;
  server = new SMTPServer(options);
  server.on('error', () => {});
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  vi.stubEnv('SMTP_URL', `smtp://127.0.0.1:${port}`);
  vi.stubEnv('SMTP_FROM', 'Drover <drover@example.com>');
  dataDir = await mkdtemp(join(tmpdir(), 'drover-mail-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dataDir, { recursive: true });
  await new Promise<void>((resolve) => void server.close(() => resolve()));
});

async function sendOne(kwargs: Record<string, unknown>, context: DirectOptions = {}) {
  const run = await runDirectly(emailMessage, 'send_single', { kwargs }, { dataDir, ...context });
  return run.result;
}

async function failure(work: Promise<unknown>) {
  const error = await work.then(
    () => expect.unreachable('it should have failed'),
    (thrown: Error) => thrown,
  );
  return { class: declaredClass(error), message: error.message };
}

const hello = { to: 'Anna Muster <anna@example.com>', subject: 'Grüezi', text: 'Good day' };

test('a message arrives, from the default sender, with every kind of recipient', async () => {
  const result = await sendOne({ ...hello, cc: ['c@example.com'], bcc: 'b@example.com', html: '<p>Good day</p>' });
  expect(result).toMatchObject({ accepted: ['anna@example.com', 'c@example.com', 'b@example.com'], rejected: [] });
  expect(received).toMatchObject([
    { from: 'drover@example.com', to: ['anna@example.com', 'c@example.com', 'b@example.com'] },
  ]);
  expect(received[0]?.raw).toContain('From: Drover <drover@example.com>');
  expect(received[0]?.raw).not.toContain('b@example.com');
});

test('every attempt of a task sends the same Message-ID', async () => {
  await sendOne(hello, { id: 't_1', attempt: 1 });
  await sendOne(hello, { id: 't_1', attempt: 2 });
  const ids = received.map(({ raw }) => /^Message-ID: (.*)\r$/m.exec(raw)?.[1]);
  expect(ids).toEqual(['<t-1.0@example.com>', '<t-1.0@example.com>']);
});

test('a file of the data folder is attached, and none from elsewhere', async () => {
  await writeFile(join(dataDir, 'report.csv'), 'a,b\n1,2\n');
  await sendOne({ ...hello, attachments: [{ file: 'report.csv', name: 'totals.csv' }] });
  expect(received[0]?.raw).toContain('filename=totals.csv');
  expect(received[0]?.raw).toContain(Buffer.from('a,b\n1,2\n').toString('base64'));
  await expect(sendOne({ ...hello, attachments: [{ file: '../../etc/passwd' }] })).rejects.toThrow(/data folder/);
  await writeFile(join(dataDir, 'large.bin'), Buffer.alloc(limits.mailAttachmentBytes + 1));
  expect(await failure(sendOne({ ...hello, attachments: [{ file: 'large.bin' }] }))).toMatchObject({ class: 'data' });
});

test.each([
  [{ subject: 'a\r\nBcc: evil@example.com' }],
  [{ to: 'a@example.com\r\nBcc: evil@example.com' }],
  [{ to: 'a@example.com, evil@example.com' }],
  [{ to: 'A\nB <a@example.com>' }],
  [{ from: 'x@example.com\n' }],
  [{ replyTo: 'x@example.com>\r\nBcc: <evil@example.com' }],
  [{ headers: { 'X-A': 'b\r\nBcc: evil@example.com' } }],
  [{ headers: { 'X-A\r\nBcc': 'evil@example.com' } }],
  [{ headers: { Bcc: 'evil@example.com' } }],
  [{ attachments: [{ file: 'a.csv', name: 'a"\r\nBcc: evil@example.com' }] }],
  [{ text: undefined }],
  [{ to: [] }],
])('the message with %j is refused', async (fields) => {
  await expect(sendOne({ ...hello, ...fields })).rejects.toMatchObject({ code: 'args_invalid' });
  expect(received).toEqual([]);
});

test('without SMTP_URL the error says which setting is missing', async () => {
  vi.stubEnv('SMTP_URL', '');
  expect(await failure(sendOne(hello))).toEqual({
    class: 'permanent',
    message: expect.stringContaining('the setting SMTP_URL is missing'),
  });
  vi.stubEnv('SMTP_URL', 'mail.example.com');
  expect(await failure(sendOne(hello))).toMatchObject({ class: 'permanent' });
});

test('without any sender the error says how to name one', async () => {
  vi.stubEnv('SMTP_FROM', '');
  expect(await failure(sendOne(hello))).toMatchObject({ message: expect.stringContaining('SMTP_FROM') });
});

test.each([
  ['a recipient that the server does not know', { to: 'unknown@example.com' }, 'data'],
  ['a recipient that the server defers', { to: 'later@example.com' }, 'temporary'],
  ['a message that the server refuses', { subject: 'spam' }, 'permanent'],
])('%s is a %s error', async (_, fields, errorClass) => {
  expect(await failure(sendOne({ ...hello, ...fields }))).toMatchObject({ class: errorClass });
});

test('a server that is not there is a temporary error, refused credentials are permanent', async () => {
  const { port } = server.server.address() as AddressInfo;
  vi.stubEnv('SMTP_URL', `smtp://user:wrong@127.0.0.1:${port}`);
  expect(await failure(sendOne(hello))).toMatchObject({ class: 'permanent' });
  vi.stubEnv('SMTP_URL', `smtp://user:right@127.0.0.1:${port}`);
  expect(await sendOne(hello)).toMatchObject({ rejected: [] });
  vi.stubEnv('SMTP_URL', 'smtp://127.0.0.1:9');
  expect(await failure(sendOne(hello))).toMatchObject({ class: 'temporary' });
});

test('one refused recipient among others is told, and the others get the message', async () => {
  const result = await sendOne({ ...hello, to: ['anna@example.com', 'unknown@example.com'] });
  expect(result).toMatchObject({ accepted: ['anna@example.com'], rejected: ['unknown@example.com'] });
});

test('a task that is told to stop does not wait for the server', async () => {
  const signal = AbortSignal.abort(new Error('shutdown'));
  await expect(sendOne(hello, { signal })).rejects.toThrow('shutdown');
});

async function sendMany(to: string[], context: DirectOptions = {}) {
  const kwargs = { messages: to.map((address) => ({ to: address })), shared: { subject: 'All', text: 'Hello' } };
  return runDirectly(emailMessage, 'send_batch', { kwargs }, { dataDir, ...context });
}

test('a batch goes over one connection, and a wrong message spoils only itself', async () => {
  const run = await sendMany(['a@example.com', 'not an address', 'unknown@example.com', 'd@example.com']);
  expect(run.outcome).toBe('warning');
  const { results } = run.result as ItemResults;
  expect(results.map(({ status }) => status)).toEqual(['success', 'error', 'error', 'success']);
  expect(received.map(({ to }) => to)).toEqual([['a@example.com'], ['d@example.com']]);
  expect(connections).toBe(1);
});

test('an empty batch has nothing to do, and one of which nothing goes is an error', async () => {
  expect(await sendMany([])).toMatchObject({ outcome: 'info' });
  expect(await sendMany(['unknown@example.com'])).toMatchObject({ outcome: 'error' });
});

/** Runs a batch that fails, and answers what its next attempt would be given. */
async function failedAttempt(to: string[], context: DirectOptions = {}) {
  const kwargs = { messages: to.map((address) => ({ to: address })), shared: { subject: 'All', text: 'Hello' } };
  const method = methodsOf(emailMessage).get('email.message.send_batch');
  if (method === undefined) throw new Error('no such method');
  const { context: task, record } = createDirectContext({ dataDir, ...context });
  const error = await failure(Promise.resolve(method.run(parseArguments(method, [], kwargs), task)));
  return { ...error, lastCheckpoint: record.checkpoint ?? null };
}

test('when the server goes down in the middle, the next attempt sends only what is left', async () => {
  const first = await failedAttempt(['a@example.com', 'quit@example.com', 'c@example.com']);
  expect(first.class).toBe('temporary');
  expect(received.map(({ to }) => to[0])).toEqual(['a@example.com']);
  const { lastCheckpoint } = first;
  const second = await sendMany(['a@example.com', 'b@example.com', 'c@example.com'], { lastCheckpoint, attempt: 2 });
  expect(second.outcome).toBe('success');
  expect(received.map(({ to }) => to[0])).toEqual(['a@example.com', 'b@example.com', 'c@example.com']);
});

test('deferred messages are sent by the next attempt, sent ones are not sent again, failed ones stay failed', async () => {
  const first = await failedAttempt(['a@example.com', 'later@example.com', 'unknown@example.com', 'd@example.com']);
  expect(first).toMatchObject({ class: 'temporary', message: expect.stringContaining('1 of 4') });
  const { lastCheckpoint } = first;
  const second = await sendMany(['a@example.com', 'b@example.com', 'unknown@example.com', 'd@example.com'], {
    lastCheckpoint,
    attempt: 2,
  });
  const { results } = second.result as ItemResults;
  expect(results.map(({ status }) => status)).toEqual(['success', 'success', 'error', 'success']);
  expect(received.map(({ to }) => to[0])).toEqual(['a@example.com', 'd@example.com', 'b@example.com']);
});
