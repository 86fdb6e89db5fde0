import { expect, test } from 'vitest';
import { LastWords } from './last-words.ts';

test('of the newest lines it is kept what they say, and of why', () => {
  const words = new LastWords();
  for (let n = 1; n <= 20; n += 1) words.hear(`line ${n}`);
  words.hear('{"level":60,"msg":"could not start","err":{"message":"there is no module x"}}');
  expect(`${words}`.split('\n')).toHaveLength(12);
  expect(`${words}`).toMatch(/^ {2}line 10\n/);
  expect(`${words}`).toMatch(/\n {2}could not start: there is no module x$/);
});
