import { expect, test } from 'vitest';
import { type LineDraft, newLine } from './job-draft.ts';
import { moved, nextNumber, renamed, renumbered, withNumber } from './line-order.ts';

function line(number: number, fullName: string, text = ''): LineDraft {
  return { ...newLine(number), fullName, args: { mode: 'form', args: [], kwargs: text === '' ? {} : { text } } };
}

const shown = (lines: LineDraft[]) =>
  lines.map(({ number, fullName, args }) => `${number} ${fullName} ${JSON.stringify(args.kwargs)}`);

const three = () => [
  line(10, 'a'),
  line(20, 'b', '${line.10.result.count + 1}'),
  line(35, 'c', 'line.20 is ${line.20.result}'),
];

test('a line that is moved takes the number of its new place, and is meant as before', () => {
  expect(shown(moved(three(), 0, 2))).toEqual([
    '10 b {"text":"${line.35.result.count + 1}"}',
    '20 c {"text":"line.20 is ${line.10.result}"}',
    '35 a {}',
  ]);
});

test('a line cannot be moved beyond the ends', () => {
  expect(shown(moved(three(), 0, -1))).toEqual(shown(three()));
  expect(shown(moved(three(), 2, 3))).toEqual(shown(three()));
});

test('lines are numbered anew in tens', () => {
  expect(shown(renumbered([line(3, 'a'), line(4, 'b', '${line.3.result}')]))).toEqual([
    '10 a {}',
    '20 b {"text":"${line.10.result}"}',
  ]);
});

test('another number puts a line at another place, and expressions follow', () => {
  const [first = line(1, '')] = three();
  const lines = three();
  expect(shown(withNumber(lines, lines[0]?.key ?? first.key, 30))).toEqual([
    '20 b {"text":"${line.30.result.count + 1}"}',
    '30 a {}',
    '35 c {"text":"line.20 is ${line.20.result}"}',
  ]);
});

test('a number that is taken changes no expression', () => {
  const lines = three();
  expect(shown(withNumber(lines, lines[0]?.key ?? '', 20))).toContain('20 b {"text":"${line.10.result.count + 1}"}');
});

test('fields whose text was changed from outside begin anew', () => {
  const lines = three();
  const [, second] = renumbered(lines.map((given, index) => ({ ...given, number: index + 1 })));
  expect(second?.revision).toBe(0);
  expect(moved(lines, 0, 1).find(({ fullName }) => fullName === 'b')?.revision).toBe(1);
});

test('texts of JSON are read as texts, and what is no expression stays', () => {
  const numbers = new Map([[10, 20]]);
  expect(renamed('{"a": "${line.10.result} of line.10", "b": ["${default(line.10.x, line.11.x)}"]}', numbers)).toBe(
    '{"a": "${line.20.result} of line.10", "b": ["${default(line.20.x, line.11.x)}"]}',
  );
  expect(renamed([null, 5, { deep: '${inline.10}' }], numbers)).toEqual([null, 5, { deep: '${inline.10}' }]);
});

test('a new line comes after all others, with room between', () => {
  expect(nextNumber([])).toBe(10);
  expect(nextNumber(three())).toBe(40);
});
