import { createLogger, findChromium } from '@drover/runtime';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adminToken, type Stage, startStage } from '../dashboard-stage.ts';
import { quickest } from '../quickest.ts';
import { startRedis, type TestRedis } from '../redis.ts';

let redis: TestRedis;
let stage: Stage;
let browser: Browser;
let page: Page;
/** What the content security policy stopped, and requests that left the dashboard. */
const stopped: string[] = [];
const outside: string[] = [];

beforeAll(async () => {
  redis = await startRedis();
  stage = await startStage({ redisUrl: redis.url });
  const program = await findChromium({ logger: createLogger({ name: 'test', level: 'info' }) });
  const env = { ...(process.env as Record<string, string>), ...program.env };
  browser = await chromium.launch({ executablePath: program.path, args: program.args, env });
  page = await browser.newPage();
  page.on('request', (request) => {
    if (!request.url().startsWith(stage.url)) outside.push(request.url());
  });
  page.on('console', (message) => {
    if (/Content.Security.Policy|Refused to/i.test(message.text())) stopped.push(message.text());
  });
  page.on('pageerror', (error) => stopped.push(String(error)));
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await stage?.stop();
  await redis?.stop();
});

async function signInAsPageDoes(): Promise<void> {
  await page.goto(stage.url);
  const status = await page.evaluate(
    async (token) =>
      (
        await fetch('/session', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ token }),
        })
      ).status,
    adminToken,
  );
  expect(status).toBe(200);
}

test('Bull Board shows a task under the strict policy, asks no other host, and leads to our page', async () => {
  const request = {
    model: 'shop',
    method: 'order',
    args: ['seven'],
    kwargs: { dbPassword: 'swordfish' },
    queue: 'orders',
  };
  const task = await stage.cluster.tasks.enqueue(request, {}, { unchecked: true });
  await signInAsPageDoes();
  expect(await page.evaluate(() => document.cookie)).toBe('');

  await page.goto(`${stage.url}/queues`);
  await page
    .getByRole('link', { name: /orders/ })
    .first()
    .waitFor();
  await page.goto(`${stage.url}/queues/queue/orders/${encodeURIComponent(task.id)}`);
  await page.getByText('seven').first().waitFor();
  const text = (await page.textContent('body')) ?? '';
  expect(text).toContain('[redacted]');
  expect(text).not.toContain('swordfish');
  const href = await page.getByRole('link', { name: 'Open in Drover' }).first().getAttribute('href');
  expect(href).toBe(`/tasks/${task.id}`);
  for (const name of ['Retry', 'Promote', 'Clean', 'Remove']) {
    expect(await page.getByRole('button', { name, exact: true }).count()).toBe(0);
  }

  await page.goto(`${stage.url}/queues/job-schedulers`);
  await page.getByRole('combobox').or(page.getByLabel('Filter by queue')).first().click();
  await page.goto(`${stage.url}/queues/queue/orders`);
  await page.getByText('seven').or(page.getByText(task.id)).first().waitFor();
  expect(outside).toEqual([]);
  expect(stopped).toEqual([]);
});

test('while Redis is away the board says so within two seconds, and is back by itself', async () => {
  const cookie = await stage.signIn();
  const ask = async () => (await stage.ask('/queues/api/queues', { cookie })).status;
  expect(await ask()).toBe(200);
  await redis.kill();
  const tookMs = await quickest(async () => {
    const answer = await stage.ask('/queues/api/queues', { cookie });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(await answer.json()).toMatchObject({ code: 'redis_unavailable' });
  });
  expect(tookMs).toBeLessThan(2_000);
  await redis.restart();
  await expect.poll(ask, { timeout: 20_000 }).toBe(200);
});
