import { expect, test } from 'vitest';
import { parseCron } from './cron.ts';

const everyDay = { monthDays: undefined, weekdays: undefined };
const allMonths = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

function messageOf(pattern: string): string {
  try {
    parseCron(pattern);
  } catch (error) {
    return (error as Error).message;
  }
  return 'it was taken';
}

test('a pattern of five fields fires at second 0', () => {
  expect(parseCron('30 2 * * *')).toEqual({
    ...everyDay,
    seconds: [0],
    minutes: [30],
    hours: [2],
    months: allMonths,
    isRoundTheClock: false,
  });
});

test('with six fields the seconds come first', () => {
  expect(parseCron('*/20 30 2 * * *').seconds).toEqual([0, 20, 40]);
});

test('lists, ranges and steps are joined, sorted, and come once', () => {
  const cron = parseCron('5,1-3,2,50-59/4 9-17/4 * 12,1-2 *');
  expect(cron.minutes).toEqual([1, 2, 3, 5, 50, 54, 58]);
  expect(cron.hours).toEqual([9, 13, 17]);
  expect(cron.months).toEqual([1, 2, 12]);
});

test('names are taken in any case, and Sunday is 0 and 7', () => {
  expect(parseCron('0 0 * jan,DEC Mon-fri')).toMatchObject({
    months: [1, 12],
    weekdays: { days: [1, 2, 3, 4, 5] },
  });
  expect(parseCron('0 0 * * 0,7').weekdays?.days).toEqual([0]);
  expect(parseCron('0 0 * * 5-7').weekdays?.days).toEqual([0, 5, 6]);
  expect(parseCron('0 0 * * FRI-SUN').weekdays?.days).toEqual([0, 5, 6]);
  expect(parseCron('0 0 * * */2').weekdays?.days).toEqual([0, 2, 4, 6]);
});

test('the last day, the nearest working day, the last Friday and the second Monday can be asked for', () => {
  expect(parseCron('0 0 L,15w,3 * *').monthDays).toEqual({ days: [3], hasLast: true, nearestTo: [15] });
  expect(parseCron('0 0 * * 5L,mon#2,0').weekdays).toEqual({ days: [0], lastOf: [5], nth: [{ weekday: 1, n: 2 }] });
});

test('macros stand for patterns', () => {
  expect(parseCron('@yearly')).toEqual(parseCron('0 0 1 1 *'));
  expect(parseCron('@annually')).toEqual(parseCron('@yearly'));
  expect(parseCron('@Monthly')).toEqual(parseCron('0 0 1 * *'));
  expect(parseCron('@weekly')).toEqual(parseCron('0 0 * * 0'));
  expect(parseCron('@daily')).toEqual(parseCron('0 0 * * *'));
  expect(parseCron('@midnight')).toEqual(parseCron('@daily'));
  expect(parseCron('@hourly')).toEqual(parseCron('0 * * * *'));
});

test('hours follow elapsed time where they are a star or a step of it', () => {
  const roundTheClock = ['* * * * *', '0 */2 * * *', '@hourly', '0 */6,3 * * *'];
  const fixed = ['0 0-23 * * *', '0 1-23/2 * * *', '* 2 * * *', '@daily'];
  expect(roundTheClock.map((pattern) => parseCron(pattern).isRoundTheClock)).toEqual([true, true, true, true]);
  expect(fixed.map((pattern) => parseCron(pattern).isRoundTheClock)).toEqual([false, false, false, false]);
});

test('any blanks may stand between and around fields', () => {
  expect(parseCron('  30\t2  * * * ')).toEqual(parseCron('30 2 * * *'));
});

test.each([
  ['', 1, 'it is empty'],
  ['   ', 1, 'it is empty'],
  ['* * * *', 8, 'expected 5 fields'],
  ['* * * * * * *', 13, 'expected 5 fields'],
  ['60 * * * *', 1, '60 is out of range: minutes go from 0 to 59'],
  ['* 24 * * *', 3, '24 is out of range: hours go from 0 to 23'],
  ['* * 0 * *', 5, '0 is out of range: days of the month go from 1 to 31'],
  ['* * 32 * *', 5, '32 is out of range'],
  ['* * * 13 *', 7, '13 is out of range: months go from 1 to 12'],
  ['* * * * 8', 9, '8 is out of range: days of the week go from 0 to 7'],
  ['60 * * * * *', 1, '60 is out of range: seconds go from 0 to 59'],
  ['* 1,2,24-25 * * *', 7, '24 is out of range'],
  ['* 5-1 * * *', 3, 'the range "5-1" ends before it begins'],
  ['* * * * sat-mon', 9, 'the range "sat-mon" ends before it begins'],
  ['*/0 * * * *', 3, 'a step of 0 is out of range'],
  ['*/61 * * * *', 3, 'a step of 61 is out of range'],
  ['*/ * * * *', 3, '"" is not a step'],
  ['*/x * * * *', 3, '"x" is not a step'],
  ['*/5/5 * * * *', 3, '"5/5" is not a step'],
  ['/30 * * * *', 1, 'a step needs "*" or a range before it, such as "*/30"'],
  ['0/15 * * * *', 1, 'a step needs "*" or a range before it, such as "0-59/15"'],
  ['H * * * *', 1, '"H" is not known among the minutes'],
  ['* * * foo *', 7, '"foo" is not known among the months: expected a number or a name such as FEB'],
  ['* * * mon *', 7, '"mon" is not known among the months'],
  ['* * ? * *', 5, 'the character "?" is not known'],
  ['* * * * 1#😀', 11, 'the character "😀" is not known'],
  ['1,,2 * * * *', 3, 'a value is missing'],
  ['1, * * * *', 3, 'a value is missing'],
  ['1- * * * *', 3, 'a value is missing'],
  ['-1 * * * *', 1, 'a value is missing'],
  ['1-2-3 * * * *', 3, '"2-3" is not known'],
  ['*-5 * * * *', 1, '"*" is not known'],
  ['1.5 * * * *', 2, 'the character "." is not known'],
  ['* * 0W * *', 5, '0 is out of range'],
  ['* * L-3 * *', 5, '"L" is not known'],
  ['* * LW * *', 5, '"LW" is not known'],
  ['* L * * *', 3, '"L" is not known'],
  ['* * * * L', 9, '"L" is not known'],
  ['* * * * 8L', 9, '8 is out of range'],
  ['* * * * 1#0', 11, '"0" is out of range'],
  ['* * * * 1#6', 11, '"6" is out of range'],
  ['* * * * #2', 9, 'a value is missing'],
  ['  99 * * * *', 3, '99 is out of range'],
  ['@reboot', 1, '"@reboot" is not known'],
  ['@daily 5', 8, 'nothing may follow "@daily"'],
])('the pattern %j is refused at position %i', (pattern, position, message) => {
  expect(messageOf(pattern)).toContain(`cron, position ${position}: ${message}`);
});
