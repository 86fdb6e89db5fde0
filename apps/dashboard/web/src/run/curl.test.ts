import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { curlOf } from './curl.ts';

test('a shell reads the command as it was meant, whatever the arguments hold', () => {
  const request = { model: 'probe', method: 'echo', args: [`it's "so" $HOME \`id\` \\ \n!`] };
  const command = curlOf(request).replace(/^curl/, 'printf "%s\\0"');
  const words = execFileSync('sh', ['-c', command], { env: { DROVER_TOKEN: 't' } })
    .toString()
    .split('\0');
  expect(words[0]).toBe('http://127.0.0.1:3000/v1/tasks');
  expect(words[2]).toBe('Authorization: Bearer t');
  expect(JSON.parse(words[6] ?? '')).toEqual(request);
});
