import { expect, test } from 'vitest';
import type { Json } from '../json.ts';
import { limits } from '../limits.ts';
import { checkTemplate, type ExpressionScope, instantAt, namesIn, resolveTemplate, timeScope } from './expression.ts';

const now = Date.parse('2026-11-26T23:30:00Z');
const scope: ExpressionScope = {
  ...timeScope(now, 'Europe/Paris'),
  fire: { at: instantAt(now), local: '2026-11-27T00:30:00+01:00' },
  user: 'ada',
  company: null,
  filter: { ids: [3, 5, 8] },
  line: { 10: { result: { x: 'found' } } },
  extract: { count: 2, done: true },
};
const names = Object.keys(scope);
const resolve = (value: Json) => resolveTemplate(value, scope);

test('a text that is one expression becomes its value', () => {
  expect(resolve(['${filter.ids}', '${extract.count}', '${extract.done}', '${company}', '${ extract }'])).toEqual([
    [3, 5, 8],
    2,
    true,
    null,
    { count: 2, done: true },
  ]);
});

test('an expression inside a text is written into it', () => {
  expect(resolve('${user}: ${filter.ids} since ${today - 1d}, ${extract}')).toBe(
    'ada: [3,5,8] since 2026-11-26, {"count":2,"done":true}',
  );
  expect(resolve('${user}${user}')).toBe('adaada');
  expect(resolve('of ${company}, or of ${default(company, "nobody")}')).toBe('of null, or of nobody');
});

test('times are written as in JSON', () => {
  expect(resolve({ since: '${today - 30d}', at: '${now - 2h}', for: '${90m}', fire: '${fire}' })).toEqual({
    since: '2026-10-28',
    at: '2026-11-26T21:30:00.000Z',
    for: 5400,
    fire: { at: '2026-11-26T23:30:00.000Z', local: '2026-11-27T00:30:00+01:00' },
  });
});

test('today is the date of the zone', () => {
  const days = ['UTC', 'Europe/Paris', 'Pacific/Apia', 'Pacific/Honolulu'].map((zone) =>
    resolveTemplate('${today}', timeScope(now, zone)),
  );
  expect(days).toEqual(['2026-11-26', '2026-11-27', '2026-11-27', '2026-11-26']);
});

test('texts are found at any depth; keys and everything else stay', () => {
  const value = { list: [1, null, { deep: '${user}', '${user}': true }], text: 'plain $ { }' };
  expect(resolve(value)).toEqual({ list: [1, null, { deep: 'ada', '${user}': true }], text: 'plain $ { }' });
});

test('$${ stands for a plain ${', () => {
  expect(resolve('$${user} is ${user}; $$${')).toBe('${user} is ada; $${');
  expect(checkTemplate('$${ not read', names, '')).toEqual([]);
});

test('braces and quotes in texts of an expression do not end it', () => {
  expect(resolve("${'}' + \"'${\"}")).toBe("}'${");
});

test('faults name the text and the place in it, all at once', () => {
  const value = { args: ['ok ${user}', '${fyre.at}'], 'a/b~c': { deep: 'on ${today - }' }, fine: '${line.10.x.y}' };
  expect(checkTemplate(value, names, '/kwargs')).toEqual([
    {
      pointer: '/kwargs/args/1',
      message: 'character 3: no "fyre" here; there are now, today, fire, user, company, filter, line, extract',
    },
    { pointer: '/kwargs/a~1b~0c/deep', message: 'character 14: expected a value, found "}"' },
  ]);
});

test('an expression that does not end is a fault', () => {
  expect(checkTemplate(['${user', '${', '${"a'], names, '/args').map(({ message }) => message)).toEqual([
    'character 7: expected an operator or "}", found the end',
    'character 3: expected a value, found the end',
    'character 3: the text that begins here does not end: expected "',
  ]);
});

test('what cannot be worked out names the text', () => {
  expect(() => resolveTemplate({ a: ['x ${user - 1}'] }, scope, '/kwargs')).toThrow(
    '/kwargs/a/0, character 10: text - number means nothing',
  );
});

test('the names of a template are told', () => {
  expect(namesIn(['${line.10.result.x} ${today - 1d}', { a: '${line.20}', b: '$${user}', today: 1 }])).toEqual([
    'line',
    'today',
  ]);
});

test('a resolved template is no larger than arguments may be', () => {
  const big = { big: 'x'.repeat(limits.argsBytes / 4), accents: 'é'.repeat(limits.argsBytes / 4) };
  expect(resolveTemplate(['${big}', '${big}'], big)).toHaveLength(2);
  expect(() => resolveTemplate(['${big}${big}', '${big} and ${big}'], big)).toThrow('larger than');
  expect(() => resolveTemplate(['${accents}', '${accents}'], big)).toThrow('larger than');
  expect(() => resolveTemplate('${big}'.repeat(10_000), big)).toThrow('larger than');
  expect(() => resolveTemplate('x'.repeat(limits.argsBytes), {}, '/args')).toThrow(
    `/args: the result is larger than ${limits.argsBytes} bytes of JSON`,
  );
});

test('a hostile template costs little', () => {
  const scope = {
    list: Array.from({ length: 100_000 }, (_, index) => index),
    text: 'a'.repeat(100_000),
    long: `${'a'.repeat(20_000)}b${'a'.repeat(20_000)}`,
  };
  const hostile = [
    '${-1 in list}'.repeat(10_000),
    '${length(text + text + text)}'.repeat(8_000),
    '${long in text}'.repeat(1_000),
    '${text == text}'.repeat(10_000),
    '${length(format(date("2026-11-26"), text))}'.repeat(5_000),
  ];
  for (const text of hostile) {
    expect(() => resolveTemplate(text, scope)).toThrow('steps');
  }
});

test('a text of a megabyte is read in one pass', () => {
  const texts = ['${', "${'", '$', '${a}', '${a + ', '$${', `\${${' '.repeat(900)}a}`, '${"\\"'];
  for (const text of texts) {
    checkTemplate(text.repeat(1_048_576 / text.length), ['a'], '');
    checkTemplate(`\${${text.repeat(1_048_576 / text.length)}`, ['a'], '');
  }
});

test('faults of a hostile template are bounded', () => {
  const faults = checkTemplate({ ['k'.repeat(10_000)]: Array(10_000).fill('${x}') }, names, '/kwargs');
  expect(faults).toHaveLength(limits.faults);
  expect(Math.max(...faults.map(({ pointer }) => pointer.length))).toBe(limits.faultPointerLength);
});

test('what nests too deep is a fault', () => {
  let value: Json = '${x}';
  for (let depth = 0; depth < 50_000; depth += 1) value = [value];
  expect(checkTemplate(value, names, '/args')[0]?.message).toContain('nests deeper than 64 levels');
  expect(() => resolveTemplate(value, {})).toThrow('nests deeper');
  expect(() => resolveTemplate('${value}', { value })).toThrow('nests deeper');
  expect(() => namesIn(value)).toThrow('nests deeper');
});

test('keys of JSON do not reach a prototype', () => {
  const value = JSON.parse('{"__proto__": {"polluted": "${user}"}}');
  const resolved = resolve(value) as Record<string, Json>;
  expect(Object.keys(resolved)).toEqual(['__proto__']);
  expect(resolved.polluted).toBeUndefined();
  const copied = resolveTemplate('${value}', { value }) as Record<string, Json>;
  expect(copied.polluted).toBeUndefined();
});

test('a part that a name does not have is a fault, where its parts are known', () => {
  const names = ['fire', 'fire.at', 'fire.date', 'now'];
  expect(checkTemplate(['${fire.dat}', '${fire["at"]}', '${now}', 'of ${fire.date - 1d}'], names, '/args')).toEqual([
    { pointer: '/args/0', message: expect.stringContaining('"fire" has no "dat"; it has at, date') },
  ]);
  expect(checkTemplate('${fire.at.more}', ['fire'], '')).toEqual([]);
});
