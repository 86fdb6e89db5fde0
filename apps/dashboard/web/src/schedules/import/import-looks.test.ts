import { expect, test } from 'vitest';
import { reportWords } from './import-looks.ts';

const report = { dryRun: false, created: 0, updated: 0, unchanged: 0, refused: 0, items: [] };

test.each([
  [{}, 'There is nothing in it to import.'],
  [{ created: 1 }, '1 schedule was created.'],
  [{ created: 2, refused: 1 }, '2 schedules were created and 1 is refused.'],
  [
    { dryRun: true, created: 1, updated: 2, unchanged: 3, refused: 4 },
    '1 schedule would be created, 2 schedules would be changed, 3 are there already, and the same and 4 are refused.',
  ],
])('%j in words', (counts, words) => {
  expect(reportWords({ ...report, ...counts })).toBe(words);
});
