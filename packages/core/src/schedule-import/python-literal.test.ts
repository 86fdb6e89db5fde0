import { expect, test } from 'vitest';
import { LiteralError, readLiteral } from './python-literal.ts';

test.each<[string, unknown]>([
  ["[1, 2, 'three']", [1, 2, 'three']],
  ['(1, 2)', [1, 2]],
  ['(1,)', [1]],
  ['(5)', 5],
  ['([1, 2])', [1, 2]],
  ['((1,),)', [[1]]],
  ['()', []],
  ['[ ]', []],
  ['{}', {}],
  ["{'a': True, 'b': None, 'c': [False]}", { a: true, b: null, c: [false] }],
  ['{"a": true, "b": null, "c": [1.5, -2e3]}', { a: true, b: null, c: [1.5, -2000] }],
  ["[u'caf\\xe9', r'a\\d', 'it\\'s', \"say \\\"hi\\\"\"]", ['café', 'a\\d', "it's", 'say "hi"']],
  ["['\\u20ac', '\\U0001F600', 'a\\qb', 'x\\ny']", ['€', '😀', 'a\\qb', 'x\ny']],
  ["'''two\nlines'''", 'two\nlines'],
  ['[1_000, 10L, +3, .5, 2.]', [1000, 10, 3, 0.5, 2]],
  [' [ 1 , 2 , ] ', [1, 2]],
  ["{'a': 1, 'a': 2}", { a: 2 }],
])('%s is read', (text, value) => {
  expect(readLiteral(text)).toEqual(value);
});

test.each([
  ['', 'at character 1: it ends too early'],
  ['[1, 2', 'at character 6: it ends too early'],
  ['[1 2]', 'at character 4: unexpected "2"'],
  ['[,]', 'at character 2: unexpected ","'],
  ['1, 2', 'at character 2: unexpected ","'],
  ["'open", 'at character 6: a text is not closed'],
  ['007', 'at character 2: unexpected "0"'],
  ['[12345678901234567890]', 'at character 2: the number would be rounded: make it a text'],
  ['1e999', 'at character 1: the number would be rounded: make it a text'],
  ['{1: 2}', 'at character 2: a name must be a text'],
  ["{'__proto__': 1}", 'at character 2: __proto__ is not allowed as a name'],
  ["{'a'}", 'at character 5: unexpected "}"'],
  ["'\\U00110000'", 'at character 12: there is no such character'],
])('%s is refused with its place', (text, message) => {
  expect(() => readLiteral(text)).toThrow(new LiteralError(message));
});

test.each(["__import__('os').system('id')", 'datetime.now()', 'lambda: 1', '[open]'])('%s is never run', (text) => {
  expect(() => readLiteral(text)).toThrow(/is no literal|unexpected/);
});

test('nesting without end is refused, and breaks nothing', () => {
  expect(() => readLiteral('['.repeat(100_000))).toThrow('is nested deeper than 64 levels');
});
