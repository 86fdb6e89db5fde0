import { createLogger, findChromium } from '@drover/runtime';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiStage, adminToken, startApiStage } from '../api-stage.ts';
import { startRedis, type TestRedis } from '../redis.ts';

let redis: TestRedis;
let stage: ApiStage;
let browser: Browser;
let page: Page;
/** What the content security policy stopped, and requests that left the API. */
const stopped: string[] = [];
const outside: string[] = [];

beforeAll(async () => {
  redis = await startRedis({ aof: false });
  stage = await startApiStage({ redisUrl: redis.url });
  const program = await findChromium({ logger: createLogger({ name: 'test', level: 'info' }) });
  const env = { ...(process.env as Record<string, string>), ...program.env };
  browser = await chromium.launch({ executablePath: program.path, args: program.args, env });
  page = await browser.newPage();
  page.on('request', (request) => {
    if (!request.url().startsWith(stage.url) && !request.url().startsWith('data:')) outside.push(request.url());
  });
  page.on('console', (message) => {
    if (message.type() === 'error') stopped.push(message.text());
  });
  page.on('pageerror', (error) => stopped.push(String(error)));
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await stage?.stop();
  await redis?.stop();
});

test('the docs show every operation, under the strict policy, and ask no other host', async () => {
  await page.goto(`${stage.url}/docs`);
  const { body } = await stage.ask<{ paths: Record<string, object> }>('/openapi.json');
  const count = Object.values(body.paths).flatMap((methods) => Object.keys(methods)).length;
  await page.waitForSelector('.opblock');
  await expect.poll(() => page.locator('.opblock').count()).toBe(count);
  expect(stopped).toEqual([]);
  expect(outside).toEqual([]);
});

test('a call is tried out from the docs', async () => {
  await page.locator('.btn.authorize').click();
  await page.locator('.auth-container input').fill(adminToken);
  await page.locator('.auth-btn-wrapper .authorize').click();
  await page.locator('.btn-done').click();
  const operation = page.locator('#operations-Keys-getMe');
  await operation.locator('.opblock-summary-control').click();
  await operation.locator('.execute').click();
  await operation.locator('.live-responses-table .response-col_status').first().waitFor();
  await expect.poll(() => operation.locator('.live-responses-table .response').textContent()).toContain('key_admin');
  expect(stopped).toEqual([]);
  expect(outside).toEqual([]);
});

test('the docs are dark where the reader is', async () => {
  const colours = () =>
    page.evaluate(
      '[getComputedStyle(document.documentElement).backgroundColor, getComputedStyle(document.querySelector(".title")).color]',
    );
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await colours();
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(colours).not.toEqual(light);
});
