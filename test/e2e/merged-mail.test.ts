import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { type FaultStage, startFaultStage } from '../fault-stage.ts';
import { type MailServer, startMailServer } from '../mail-server.ts';

/** Single e-mails, sent to a real mail server by workers that put them together. */
const mails = process.env.SOAK === '1' ? 10_000 : 1_000;

let stage: FaultStage;
let server: MailServer;
/**
 * Two workers have room for all: where a busy machine sends slowly, too few places come free at a time to be put
 * together. The lock lives longer than a worker may stand still there: what is taken over may be sent twice.
 */
const env = () => ({ SMTP_URL: server.url, SMTP_FROM: 'news@example.com', CONCURRENCY: '500', LOCK_SECONDS: '30' });

beforeAll(async () => {
  server = await startMailServer();
  stage = await startFaultStage();
});
afterAll(async () => {
  await stage.stop();
  await server.stop();
});

const send = (n: number, to = `reader-${n}@example.com`) => ({
  model: 'email.message',
  method: 'send_single',
  kwargs: { to, subject: `News ${n}`, text: 'What is new' },
});

async function enqueue(requests: ReturnType<typeof send>[]): Promise<string[]> {
  const results = await stage.client.tasks.enqueueMany(requests);
  return results.map((result) => ('id' in result ? result.id : expect.unreachable('it was refused')));
}

async function finished(ids: string[]) {
  const tasks = [];
  for (const id of ids) tasks.push(await stage.client.tasks.waitFor(id, { timeoutMs: 120_000 }));
  return tasks;
}

test(`${mails} single e-mails take fewer than a tenth of the calls, and each is sent exactly once`, async () => {
  await stage.startWorker(env());
  await stage.startWorker(env());
  // The API may learn of a method a moment after its worker announced it.
  const first = await eventually(() => stage.client.tasks.enqueue(send(1)), 30_000);
  const ids = [first.id];
  for (let n = 2; n <= mails; n += 500) {
    const requests = Array.from({ length: Math.min(500, mails - n + 1) }, (_, index) => send(n + index));
    ids.push(...(await enqueue(requests)));
  }
  const tasks = await finished(ids);

  expect(tasks.every(({ state }) => state === 'done')).toBe(true);
  const merged = tasks.filter(({ outcome }) => outcome === 'merged');
  expect(merged.length).toBeGreaterThan(0.9 * mails);
  expect(merged[0]).toMatchObject({ result: { accepted: [expect.stringContaining('@example.com')] } });
  expect(server.connections).toBeLessThan(mails / 10);
  expect(server.received).toHaveLength(mails);
  expect(new Set(server.received.map(({ to }) => to)).size).toBe(mails);
  // As if it had been sent alone: an attempt after this one would be known for the same message.
  const { id = '', kwargs = {} } = merged[0] ?? {};
  const sent = server.received.find(({ to }) => to === kwargs.to);
  expect(sent?.messageId).toBe(`<${id.replace('_', '-')}.0@example.com>`);
});

test('a message that the server refuses is the failure of its own task, and waits for a person', async () => {
  const requests = Array.from({ length: 20 }, (_, n) => send(n, n === 7 ? 'unknown@example.com' : undefined));
  const ids = await enqueue(requests);
  const refused = await stage.until(ids[7] ?? '', 'requires_attention');
  expect(refused.executions[0]?.error).toMatchObject({ class: 'data', message: expect.stringContaining('mailbox') });
  const others = await finished(ids.filter((_, n) => n !== 7));
  expect(others.every(({ state }) => state === 'done')).toBe(true);
});

test('when a worker is killed in the middle of a call, no e-mail is lost, and what was sent is not sent again', async () => {
  await stage.endWorkers();
  const sentBefore = server.received.length;
  server.takesMs = 100;
  const doomed = await stage.startWorker({ ...env(), LOCK_SECONDS: '2' });
  const ids = await enqueue(Array.from({ length: 30 }, (_, n) => send(n, `survivor-${n}@example.com`)));
  await eventually(() => expect(server.received.length).toBeGreaterThan(sentBefore + 5), 30_000);
  await doomed.kill();
  server.takesMs = 0;
  await stage.startWorker({ ...env(), LOCK_SECONDS: '6' });
  const tasks = await finished(ids);

  const sentTo = new Map<unknown, number>();
  for (const { to } of server.received.slice(sentBefore)) sentTo.set(to, (sentTo.get(to) ?? 0) + 1);
  const merged = tasks.filter(({ outcome }) => outcome === 'merged');
  const takenOver = tasks.filter(({ executions }) => executions[0]?.outcome === 'lost');
  expect(merged.length, 'what had ended before stays so').toBeGreaterThanOrEqual(4);
  expect(takenOver.length).toBeGreaterThanOrEqual(15);
  expect(merged.length + takenOver.length).toBe(30);
  for (const { executions } of merged) expect(executions).toHaveLength(1);
  for (const { state, executions } of takenOver) {
    expect(state).toBe('done');
    expect(executions.map(({ outcome }) => outcome)).toEqual(['lost', 'success']);
  }
  for (const { kwargs } of merged) expect(sentTo.get(kwargs.to)).toBe(1);
  expect(sentTo.size).toBe(30);
  // Those that the server had taken, when nobody could write it down any more.
  expect([...sentTo.values()].filter((times) => times > 1).length).toBeLessThanOrEqual(2);
});
