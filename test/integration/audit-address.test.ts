import { openAddressSeal } from '@drover/broker';
import type { AuditPage } from '@drover/core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type ApiStage, type AskOptions, adminToken, startApiStage } from '../api-stage.ts';
import { jsonPost, startStage, type Stage as WithDashboard } from '../dashboard-stage.ts';
import { eventually } from '../eventually.ts';

/** From where a change came: what may be believed, and what anybody could have written. */

const forged = '198.51.100.66';

async function addressSeen(stage: ApiStage, headers: AskOptions['headers'] = {}): Promise<string | undefined> {
  await stage.ask('/v1/tasks/tsk_none/cancel', { method: 'POST', headers });
  return (await stage.ask<AuditPage>('/v1/audit?limit=1')).body.items[0]?.from;
}

describe('asked directly', () => {
  let stage: ApiStage;
  beforeAll(async () => {
    stage = await startApiStage();
  });
  afterAll(() => stage.stop());

  test.each([
    ['x-forwarded-for', forged],
    ['forwarded', `for=${forged}`],
    ['x-real-ip', forged],
    ['drover-browser-address', forged],
    ['drover-browser-address', `${forged} `],
    ['drover-browser-address', `${forged} ${'A'.repeat(43)}`],
    ['drover-browser-address', `${forged} ${'A'.repeat(5_000)}`],
  ])('the header %s: %s is not believed', async (name, value) => {
    expect(await addressSeen(stage, { [name]: value })).toBe('127.0.0.1');
  });

  test('a seal is good for the token and the address that it was made for, and in its own cluster', async () => {
    const name = 'drover-browser-address';
    const { addressSeal } = stage.cluster;
    const mine = await addressSeal.close('203.0.113.7', `Bearer ${adminToken}`);
    expect(await addressSeen(stage, { [name]: mine })).toBe('203.0.113.7');
    expect(await addressSeen(stage, { [name]: mine.replace('203.0.113.7', forged) })).toBe('127.0.0.1');
    const another = await addressSeal.close('203.0.113.7', 'Bearer of-somebody-else');
    expect(await addressSeen(stage, { [name]: another })).toBe('127.0.0.1');
    const elsewhere = await startApiStage();
    const foreign = await elsewhere.cluster.addressSeal.close(forged, `Bearer ${adminToken}`);
    await elsewhere.stop();
    expect(await addressSeen(stage, { [name]: foreign })).toBe('127.0.0.1');
  });
});

describe('behind two reverse proxies', () => {
  let stage: ApiStage;
  beforeAll(async () => {
    stage = await startApiStage({ trustedProxies: 2 });
  });
  afterAll(() => stage.stop());

  test.each([
    ['203.0.113.7, 10.0.0.2', '203.0.113.7'],
    [`${forged}, 203.0.113.7, 10.0.0.2`, '203.0.113.7'],
    ['203.0.113.7:50123, 10.0.0.2', '203.0.113.7'],
    ['2001:db8::7, 10.0.0.2', '2001:db8::7'],
    ['nonsense, 10.0.0.2', '127.0.0.1'],
  ])('of "%s", what the proxies wrote counts: %s', async (header, address) => {
    expect(await addressSeen(stage, { 'x-forwarded-for': header })).toBe(address);
  });
});

describe('by the dashboard', () => {
  let stage: WithDashboard;
  beforeAll(async () => {
    stage = await startStage();
  });
  afterAll(() => stage.stop());

  async function addressBehind(trustedProxies: number, headers: Record<string, string>): Promise<string | undefined> {
    const base = await stage.startDashboard({ trustedProxies });
    const signedIn = await stage.ask('/session', { ...jsonPost({ token: adminToken }), base });
    const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const sent = { 'sec-fetch-site': 'same-origin', ...headers };
    const answer = await stage.ask('/v1/tasks/tsk_none/cancel', { method: 'POST', base, cookie, headers: sent });
    expect(answer.status).toBe(404);
    return (await stage.cluster.audit.list({ limit: 1 }, {})).items[0]?.from;
  }

  test('the address of the browser is told, not that of the dashboard', async () => {
    expect(await addressBehind(1, { 'x-forwarded-for': `${forged}, 203.0.113.7` })).toBe('203.0.113.7');
  });

  test('what the browser itself writes is not believed', async () => {
    expect(await addressBehind(0, { 'x-forwarded-for': forged })).toBe('127.0.0.1');
    const sealed = await stage.cluster.addressSeal.close(forged, `Bearer ${adminToken}`);
    expect(await addressBehind(0, { 'drover-browser-address': sealed })).toBe('127.0.0.1');
    expect(await addressBehind(1, { 'x-forwarded-for': 'nonsense' })).toBe('127.0.0.1');
  });

  test('every process of the cluster seals alike', async () => {
    const redisUrl = inject('redisUrl');
    const another = openAddressSeal({ redisUrl, keyPrefix: stage.keyPrefix });
    try {
      const sealed = await eventually(() => another.close('203.0.113.7', 'Bearer mine'));
      expect(await stage.cluster.addressSeal.open(sealed, 'Bearer mine')).toBe('203.0.113.7');
      expect(await stage.cluster.addressSeal.open(sealed, 'Bearer yours')).toBeUndefined();
    } finally {
      another.stop();
    }
  });
});
