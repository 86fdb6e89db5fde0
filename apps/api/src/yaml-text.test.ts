import { ClusterError, type Fault } from '@drover/core';
import { expect, test } from 'vitest';
import { parseYaml } from './yaml-text.ts';

function faultsOf(text: string): Fault[] {
  try {
    parseYaml(text);
  } catch (error) {
    expect(error).toBeInstanceOf(ClusterError);
    expect((error as ClusterError).code).toBe('request_invalid');
    return (error as ClusterError).faults;
  }
  throw new Error('it was read');
}

const messagesOf = (text: string) => faultsOf(text).map(({ message }) => message);

test('data is read as YAML 1.2 has it', () => {
  const text = 'a: [1, 2.5, ~, true, no, "x"]\nb:\n  - |\n    two\n    lines\n  - 08:30\nc: {}\n';
  expect(parseYaml(text)).toEqual({ a: [1, 2.5, null, true, 'no', 'x'], b: ['two\nlines\n', '08:30'], c: {} });
  expect(parseYaml('')).toBeNull();
  expect(parseYaml('# nothing\n')).toBeNull();
  expect(parseYaml('﻿a: 1')).toEqual({ a: 1 });
});

test('JSON is YAML', () => {
  expect(parseYaml('{"a": [1, {"b": "c"}]}')).toEqual({ a: [1, { b: 'c' }] });
});

test('aliases stand for what they name', () => {
  expect(parseYaml('a: &x [1]\nb: *x')).toEqual({ a: [1], b: [1] });
});

test('what is broken is told with its line and column', () => {
  expect(messagesOf('a: 1\nb: [1, 2\nc: 3')[0]).toMatch(/^line 3, column 1: /);
  expect(messagesOf('a:\n\t- 1')[0]).toMatch(/^line 2, column 1: .*tabs/i);
});

test('a name given twice is refused, wherever it stands', () => {
  expect(messagesOf('a:\n  b: 1\n  c: 2\n  b: 3')).toEqual(['line 4, column 3: "b" is there twice']);
});

test('a tag is refused, whatever it stands for', () => {
  expect(messagesOf('a: !!js/function "x"')[0]).toMatch(/^line 1, column 4: unresolved tag/);
  expect(messagesOf('a: !!binary aGVsbG8=')[0]).toMatch(/^line 1, column 4: unresolved tag/);
  expect(messagesOf('a: !own 1')[0]).toMatch(/^line 1, column 4: unresolved tag/);
});

test('names are texts', () => {
  expect(messagesOf('[1, 2]: 3')[0]).toMatch(/^line 1, column 1: /);
});

test('a number that would be rounded is refused', () => {
  expect(messagesOf('a: 12345678901234567890')).toEqual(['line 1, column 4: would be rounded: make it a text']);
});

test('one document is one', () => {
  expect(messagesOf('a: 1\n---\nb: 2')[0]).toMatch(/^line \d, column 1: there is a second document: expected one$/);
});

test('a name from the language itself is data', () => {
  const read = parseYaml('__proto__: {a: 1}\nconstructor: 2') as Record<string, unknown>;
  expect(Object.keys(read)).toEqual(['__proto__', 'constructor']);
  expect(({} as Record<string, unknown>).a).toBeUndefined();
});

test('aliases that explode are refused', () => {
  const letters = 'abcdefghij';
  const lines = [...letters].map((letter, index) => {
    const before = letters[index - 1];
    return `${letter}: &${letter} [${before === undefined ? 'x' : Array(9).fill(`*${before}`).join(',')}]`;
  });
  expect(messagesOf(lines.join('\n'))).toEqual(['aliases stand for too much']);
});

const huge = 1_048_576;
test.each([
  ['brackets', '['.repeat(huge)],
  ['a thousand brackets', '['.repeat(1_000)],
  ['closed brackets', `${'['.repeat(1_000)}${']'.repeat(1_000)}`],
  ['braces', '{a: '.repeat(huge / 4)],
  ['dashes', '- '.repeat(huge / 2)],
  ['questions', '? '.repeat(huge / 2)],
  ['questions in brackets', `[${'? '.repeat(1_000)}]`],
  ['names on a line', 'a: '.repeat(1_000)],
  ['lines that go in', Array.from({ length: 1_400 }, (_, index) => `${' '.repeat(index)}a:`).join('\n')],
  ['tokens', '- 1\n'.repeat(huge / 4)],
  ['tags', '!x '.repeat(huge / 3)],
  ['anchors', '&a '.repeat(huge / 3)],
  ['documents', '---\na\n'.repeat(huge / 6)],
  ['errors', 'a: b: c\n'.repeat(huge / 8)],
])('too many %s are refused before they do harm', (_, text) => {
  const startedAt = performance.now();
  const messages = messagesOf(text);
  expect(messages.length).toBeLessThanOrEqual(50);
  expect(performance.now() - startedAt).toBeLessThan(15_000);
});

test('a large file of schedules is read', () => {
  const schedule = (index: number) =>
    `  - name: s${index}\n    timing: schedule\n    frequency: {every: daily, at: "08:30"}\n    task:\n      model: probe\n      method: echo\n      args: [1, two]\n`;
  const text = `drover: 1\nschedules:\n${Array.from({ length: 2_500 }, (_, index) => schedule(index)).join('')}`;
  expect((parseYaml(text) as { schedules: unknown[] }).schedules).toHaveLength(2_500);
});
