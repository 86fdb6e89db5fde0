import { expect, test } from 'vitest';
import { resolveTemplate } from '../expression/template.ts';
import type { Json } from '../json.ts';
import { ScheduleRequest } from '../schedule.ts';
import { checkRule } from '../schedule-rule/check-rule.ts';
import { type CrontabOptions, readCrontab } from './crontab.ts';

const utc: CrontabOptions = { timeZone: 'UTC' };

function only(line: string, options: CrontabOptions = utc) {
  const drafts = readCrontab(line, options);
  expect(drafts).toHaveLength(1);
  const [draft] = drafts;
  if (draft?.request !== undefined) {
    const { timing, frequency, timeZone } = ScheduleRequest.parse(draft.request);
    checkRule({ timing, frequency, timeZone }, Date.parse('2026-11-26T12:00:00Z'));
  }
  return draft;
}

test('a line that calls a method becomes a schedule of it, named by the comment above', () => {
  expect(readCrontab('\n# Invoices of the night\n0 2 * * 1-5 account.invoice.process_batch\n', utc)).toEqual([
    {
      source: 'line 3',
      name: 'Invoices of the night',
      request: {
        name: 'Invoices of the night',
        description: 'account.invoice.process_batch',
        timing: 'schedule',
        frequency: { every: 'cron', cron: '0 2 * * 1-5' },
        timeZone: 'UTC',
        task: { model: 'account.invoice', method: 'process_batch' },
      },
      warnings: [],
      faults: [],
    },
  ]);
});

test.each<[string, object]>([
  ['probe.echo', {}],
  ['probe.echo hello "two words" 5 true', { args: ['hello', 'two words', 5, true] }],
  ["probe.echo 'it''s' a\\ b", { args: ['its', 'a b'] }],
  ['probe.echo [1,"a b"] {"deep":{"x":[1]}}', { args: [1, 'a b'], kwargs: { deep: { x: [1] } } }],
  ['probe.echo {"to": "a; b | c"} > /dev/null', { kwargs: { to: 'a; b | c' } }],
  ['probe.echo \'{"a": 1}\'', { kwargs: { a: 1 } }],
  ['probe.echo [1] [2]', { args: [[1], [2]] }],
  ['probe.echo 7 name=Ada count=3 list=[1,2]', { args: [7], kwargs: { name: 'Ada', count: 3, list: [1, 2] } }],
  ['probe.echo "name=Ada Lovelace"', { kwargs: { name: 'Ada Lovelace' } }],
  ['probe.echo 007 12345678901234567890', { args: ['007', '12345678901234567890'] }],
  ["probe.echo '${today}' # a comment", { args: ['${today}'] }],
  ['drover run probe.echo 1', { args: [1] }],
  ['probe.echo __proto__=1', { args: ['__proto__=1'] }],
])('%s calls probe.echo with its arguments', (command, given) => {
  const draft = only(`@daily ${command}`);
  expect(draft?.request?.task).toEqual({ model: 'probe', method: 'echo', ...given });
});

test('where the output went is told, and left out', () => {
  const draft = only('*/5 * * * * probe.echo 1 >>/var/log/a.log 2>&1');
  expect(draft?.request?.task).toEqual({ model: 'probe', method: 'echo', args: [1] });
  expect(draft?.warnings).toEqual([`The output goes to the task's log: ">>/var/log/a.log 2>&1" is left out.`]);
});

test.each([
  ['/usr/local/bin/backup --all', 'is a shell command'],
  ['backup.sh --all', 'is a shell command'],
  ['probe.echo 1 && probe.echo 2', 'needs a shell (&&)'],
  ['probe.echo $HOME', 'needs a shell ($HOME)'],
  ['probe.echo "`date`"', 'needs a shell (`)'],
  ['probe.echo *', 'needs a shell (*)'],
  ["probe.echo 'open", "has a quote that is never closed (')"],
])('%s is refused, and the reason is told', (command, why) => {
  const draft = only(`0 0 * * * ${command}`);
  expect(draft).toMatchObject({ source: 'line 1', name: command, faults: [{ pointer: '/task' }] });
  expect(draft?.request).toBeUndefined();
  expect(draft?.faults[0]?.message).toContain(`${why}, and Drover runs methods of models`);
});

test('with a method for shell commands they are given to it as they stand', () => {
  const draft = only('0 0 * * * test -x /a && /a "$HOME" > /dev/null', { ...utc, commandMethod: 'my.shell.run' });
  expect(draft?.request).toMatchObject({
    name: 'test -x /a && /a "$HOME" > /dev/null',
    task: { model: 'my.shell', method: 'run', kwargs: { command: 'test -x /a && /a "$HOME" > /dev/null' } },
  });
});

test('what a shell calls a variable is no expression of ours', () => {
  const draft = only('0 0 * * * tar ${HOME}', { ...utc, commandMethod: 'my.shell.run' });
  expect(draft?.request?.task.kwargs).toEqual({ command: 'tar $${HOME}' });
  expect(resolveTemplate(draft?.request?.task.kwargs as Json, {})).toEqual({ command: 'tar ${HOME}' });
});

test('days that cron narrows and we widen are told', () => {
  const warned = ['0 0 */2 * 1', '0 0 1 * */2', '0 0 1 * 1', '0 0 */1 * 1', '0 0 * * 1'].map(
    (time) => only(`${time} probe.echo`)?.warnings.length,
  );
  expect(warned).toEqual([1, 1, 0, 0, 0]);
});

test('what is meant for Drover is not given to a shell', () => {
  const draft = only('0 0 * * * drover run probe.echo $X', { ...utc, commandMethod: 'my.shell.run' });
  expect(draft?.faults).toEqual([{ pointer: '/task', message: 'needs a shell ($X)' }]);
});

test('a percent sign ends the command, but for an escaped one', () => {
  const options = { ...utc, commandMethod: 'my.shell.run' };
  expect(only('0 0 * * * date +\\%F', options)).toMatchObject({
    request: { task: { kwargs: { command: 'date +%F' } } },
    warnings: [],
  });
  expect(only('0 0 * * * mail root%Hello%World', options)).toMatchObject({
    request: { task: { kwargs: { command: 'mail root' } } },
    warnings: [expect.stringContaining('standard input')],
  });
});

test('a start of the machine has no place here', () => {
  expect(only('@reboot probe.echo')?.faults).toEqual([
    { pointer: '/timing', message: expect.stringContaining('a cluster does not start') },
  ]);
});

test('nicknames stay, and a minute by name becomes its fields', () => {
  const drafts = readCrontab('@hourly probe.a\n@every_minute probe.b\n  1  2\t3 4   5   probe.c', utc);
  expect(drafts.map(({ request }) => request?.frequency?.cron)).toEqual(['@hourly', '* * * * *', '1 2 3 4 5']);
});

test('a zone holds from its line on, and a missing one is told once', () => {
  const drafts = readCrontab(
    '0 1 * * * probe.a\n0 2 * * * probe.b\nCRON_TZ=Europe/Paris\n0 3 * * * probe.c\nTZ="Asia/Kolkata"\n0 4 * * * probe.d\nCRON_TZ=\n0 5 * * * probe.e',
  );
  expect(drafts.map(({ request }) => request?.timeZone)).toEqual([
    undefined,
    undefined,
    'Europe/Paris',
    'Asia/Kolkata',
    undefined,
  ]);
  const told = drafts.map(({ warnings }) => warnings);
  expect(told).toEqual([['No time zone is named: from here on, times are taken as UTC.'], [], [], [], []]);
});

test('other settings are told to the next line', () => {
  const [first, second] = readCrontab('MAILTO=ops@example.com\nPATH = /bin\n@daily probe.a\n@daily probe.b', utc);
  expect(first?.warnings).toEqual([
    'Line 1 sets MAILTO for all lines below it: that is left out.',
    'Line 2 sets PATH for all lines below it: that is left out.',
  ]);
  expect(second?.warnings).toEqual([]);
});

const system = `# /etc/crontab: system-wide crontab
SHELL=/bin/sh
# .---------------- minute (0 - 59)
# |  .------------- hour (0 - 23)
# *  *  *  *  * user-name command to be executed
17 *	* * *	www-data	probe.echo 1
# Keys
25 6	* * *	root	probe.echo 2
`;

test('a system crontab is known by its heading, and its users are told', () => {
  const [first, second] = readCrontab(system, utc);
  expect(first).toMatchObject({ source: 'line 6', name: 'probe.echo 1', request: { task: { args: [1] } } });
  expect(first?.warnings.at(-1)).toBe('It runs as "www-data" there: a worker runs as its own user.');
  expect(second).toMatchObject({ name: 'Keys', request: { frequency: { cron: '25 6 * * *' } } });
});

test('without a heading it is known by root, and otherwise when it is said', () => {
  expect(only('0 0 * * * root probe.echo')?.request?.task.method).toBe('echo');
  expect(only('0 0 * * * ada probe.echo')?.request).toBeUndefined();
  expect(only('0 0 * * * ada probe.echo', { ...utc, hasUserColumn: true })?.request?.task.method).toBe('echo');
  expect(only('0 0 * * * root probe.echo', { ...utc, hasUserColumn: false })?.request).toBeUndefined();
});

test('comments that explain columns, and lines that are switched off, name nothing', () => {
  const names = [
    '# m h dom mon dow command\n@daily probe.a',
    '# 0 5 * * 1 tar -zcf /a\n@daily probe.a',
    '# Far above\n\n@daily probe.a',
    '#---\n@daily probe.a',
    '# The name\n#---\n@daily probe.a',
  ].map((text) => readCrontab(text, utc)[0]?.name);
  expect(names).toEqual(['probe.a', 'probe.a', 'probe.a', 'probe.a', 'The name']);
});

test('lines of one name get a number, the same every time', () => {
  const text = '0 8 * * * probe.a\n0 18 * * * probe.a\n0 20 * * * probe.a';
  const drafts = readCrontab(text, utc);
  expect(drafts.map(({ request }) => request?.name)).toEqual(['probe.a', 'probe.a (2)', 'probe.a (3)']);
  expect(drafts[1]?.warnings).toEqual(['Another one is called "probe.a": this one is called "probe.a (2)".']);
  expect(readCrontab(text, utc)).toEqual(drafts);
});

test('a line that is none is refused where it stands', () => {
  expect(only('0 5 * * *')).toMatchObject({ source: 'line 1', name: '0 5 * * *', faults: [{ pointer: '' }] });
  expect(only('hello')).toMatchObject({ faults: [{ message: expect.stringContaining('expected five fields') }] });
});

test('names fit, whatever a line holds', () => {
  const draft = only(`@daily probe.echo ${'😀'.repeat(200)}\u0007`);
  expect(draft?.request?.name.length).toBeLessThanOrEqual(200);
  expect(only(`# ${'x'.repeat(5_000)}\n@daily probe.echo`)?.name).toHaveLength(200);
});

test('line ends of other systems are line ends', () => {
  expect(readCrontab('@daily probe.a\r\n@daily probe.b\r\n', utc).map(({ source }) => source)).toEqual([
    'line 1',
    'line 2',
  ]);
});

test.each([
  ['blanks', `0 0 * * * probe.echo${' '.repeat(1_000_000)}|`],
  ['redirections', `0 0 * * * probe.echo${' >a'.repeat(300_000)} |`],
  ['brackets', `0 0 * * * probe.echo${' ['.repeat(400_000)}`],
  ['assignments', `A${' '.repeat(1_000_000)}B`],
  ['short words', `${'a '.repeat(500_000)}`],
])('a huge line of %s is read in no time', (_, text) => {
  readCrontab(text, utc);
  // A busy machine takes seconds; what grows with the square would take minutes.
});
