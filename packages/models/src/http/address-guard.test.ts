import { expect, test } from 'vitest';
import { addressGuard } from './address-guard.ts';

const closed = addressGuard('');

test.each([
  'http://127.0.0.1/',
  'http://127.8.9.10:8080/x',
  'http://10.0.0.1/',
  'http://172.16.5.5/',
  'http://192.168.1.1/',
  'http://169.254.169.254/latest/meta-data/',
  'http://100.64.0.1/',
  'http://0.0.0.0/',
  'http://192.0.0.1/',
  'http://198.18.0.1/',
  'http://224.0.0.1/',
  'http://240.0.0.1/',
  'http://255.255.255.255/',
  'http://[::1]/',
  'http://[::]/',
  'http://[fc00::1]/',
  'http://[fe80::1]/',
  'http://[fec0::1]/',
  'http://[ff02::1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://[::ffff:8.8.8.8]/',
  'http://[::127.0.0.1]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[64:ff9b:1::7f00:1]/',
  'http://[2002:7f00:1::]/',
  'http://[2001:0:7f00:1::]/',
  'http://[2001:db8::1]/',
])('%s is refused, because it is no public address', (url) => {
  expect(() => closed.checkUrl(url)).toThrow(/is not a public address/);
});

test.each([
  'http://2130706433/',
  'http://0x7f000001/',
  'http://017700000001/',
  'http://0177.0.0.1/',
  'http://0x7f.1/',
  'http://127.1/',
  'http://2852039166/',
  'http://0xa9fea9fe/',
  'http://0251.0376.0251.0376/',
  'http://１２７.0.0.1/',
  'http://127%2e0.0.1/',
  'http://134744072/',
  'http://127.0.0.1./',
])('%s is refused, because the notation hides an address', (url) => {
  expect(() => closed.checkUrl(url)).toThrow(/odd notation/);
});

test.each([
  ['ftp://example.com/', /only http: and https:/],
  ['file:///etc/passwd', /only http: and https:/],
  ['http://user:secret@example.com/', /must not hold a user or password/],
  ['http://example.com\\@127.0.0.1/', /backslashes/],
  ['http://exa\tmple.com/', /line breaks/],
  ['http://', /is not a URL/],
  ['/only/a/path', /is not a URL/],
])('%s is refused', (url, reason) => {
  expect(() => closed.checkUrl(url)).toThrow(reason);
});

test('public addresses and names pass', () => {
  for (const url of ['https://example.com/a?b', 'http://8.8.8.8/', 'http://[2606:4700::1111]:8443/']) {
    expect(closed.checkUrl(url).href).toBe(url);
  }
  expect(() => closed.checkAddress('example.com', '93.184.216.34')).not.toThrow();
});

test('a public name that stands for a private address is refused', () => {
  expect(() => closed.checkAddress('rebind.example.com', '10.0.0.5')).toThrow('rebind.example.com (10.0.0.5)');
  expect(() => closed.checkAddress('rebind.example.com', '::ffff:10.0.0.5')).toThrow(/not a public address/);
});

test('the setting allows hosts, addresses and networks, and nothing beside them', () => {
  const guard = addressGuard('erp.internal, 10.1.0.0/16 ,::1,127.0.0.1');
  expect(() => guard.checkAddress('erp.internal', '192.168.7.7')).not.toThrow();
  expect(() => guard.checkAddress('ERP.internal.', '192.168.7.7')).not.toThrow();
  expect(() => guard.checkUrl('http://10.1.2.3/')).not.toThrow();
  expect(() => guard.checkUrl('http://[::ffff:10.1.2.3]/')).not.toThrow();
  expect(() => guard.checkUrl('http://[::1]/')).not.toThrow();
  expect(() => guard.checkUrl('http://2130706433/')).not.toThrow();
  expect(() => guard.checkUrl('http://10.2.0.1/')).toThrow(/not a public address/);
  expect(() => guard.checkUrl('http://127.0.0.2/')).toThrow(/not a public address/);
  expect(() => guard.checkAddress('evil.internal', '192.168.7.7')).toThrow(/not a public address/);
});

test('the setting `true` allows every address, a faulty one is named', () => {
  expect(() => addressGuard('true').checkUrl('http://0x7f.1/')).not.toThrow();
  expect(() => addressGuard('10.0.0.0/99')).toThrow('HTTP_ALLOW_PRIVATE: "10.0.0.0/99"');
});
