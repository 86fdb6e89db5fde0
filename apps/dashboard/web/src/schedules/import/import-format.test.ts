import { expect, test } from 'vitest';
import { formatOfFile } from './import-format.ts';

test.each([
  ['schedules.yaml', '', 'yaml'],
  ['SCHEDULES.YML', '', 'yaml'],
  ['tasks.csv', '', 'bg-task-csv'],
  ['crontab', '', 'crontab'],
  ['root.txt', '', 'crontab'],
  ['schedules.json', '{"drover":1,"schedules":[]}', 'json'],
  ['list.json', '[{"name":"x","timing":"schedule"}]', 'json'],
  ['bg_task.json', '[{"name":"x","repeat":"daily"}]', 'bg-task-json'],
])('the file %s is read as what it looks like', (name, text, format) => {
  expect(formatOfFile(name, text)).toBe(format);
});
