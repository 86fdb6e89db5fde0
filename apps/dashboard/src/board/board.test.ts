import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { whereInstead } from './board.ts';
import { strictBoardPage } from './board-page.ts';

const require = createRequire(import.meta.url);
const page = readFileSync(join(dirname(require.resolve('@bull-board/ui/package.json')), 'dist/index.ejs'), 'utf8');

test('the page of Bull Board is served without the fonts of others and without inline styles', () => {
  expect(page).toContain('fonts.googleapis.com');
  const strict = strictBoardPage(page);
  expect(strict).not.toContain('googleapis');
  expect(strict).not.toMatch(/style="|<style/);
  expect(strict).toContain('<div id="root"></div>');
  expect(strict).toMatch(/<script defer src="static\/js\/main[^"]*"><\/script>/);
  expect(strict).toContain('<script id="__UI_CONFIG__" type="application/json">');
});

test.each([
  '<script src="https://cdn.example/x.js"></script>',
  '<link href="//cdn.example/x.css">',
  '<script>alert(1)</script>',
  '<style>p {}</style>',
  '<p style="color: red">',
])('a page of another version that has %s is not served', (part) => {
  expect(() => strictBoardPage(`${page}${part}`)).toThrow('the page of Bull Board');
});

test('what the board may not do is done on a page of ours', () => {
  expect(whereInstead('/api/queues/default/tsk_1/retry')).toBe('Change this task at /tasks/tsk_1.');
  expect(whereInstead('/api/queues/default/add')).toBe('Run a method at /run.');
  expect(whereInstead('/api/queues/default/clean/failed')).toContain('/tasks');
  expect(whereInstead('/api/queues/default/pause')).toContain('/cluster/queues');
});
