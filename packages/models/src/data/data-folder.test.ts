import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { declaredClass } from '@drover/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DataPath, fileToRead, fileToWrite, writeWhole } from './data-folder.ts';

let base = '';
let dataDir = '';
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'drover-data-'));
  dataDir = join(base, 'data');
  await mkdir(dataDir);
  await writeFile(join(base, 'secret.txt'), 'secret');
});
afterEach(() => rm(base, { recursive: true }));

test.each([
  '../secret.txt',
  'a/../../secret.txt',
  '/etc/passwd',
  './a',
  '.hidden',
  'a/.hidden',
  'a//b',
  'a\\b',
  'C:\\x',
  'a\0b',
  'sample:../x.csv',
  '',
])('the path %j is refused', async (path) => {
  expect(DataPath.safeParse(path).success).toBe(false);
  await expect(fileToRead(dataDir, path)).rejects.toThrow();
  await expect(fileToWrite(dataDir, path)).rejects.toThrow();
});

test('a symbolic link that leads out of the folder is refused, for reading and for writing', async () => {
  await symlink(join(base, 'secret.txt'), join(dataDir, 'link.txt'));
  await symlink(base, join(dataDir, 'up'));
  await expect(fileToRead(dataDir, 'link.txt')).rejects.toThrow('leads out of the data folder');
  await expect(fileToRead(dataDir, 'up/secret.txt')).rejects.toThrow('leads out of the data folder');
  await expect(fileToWrite(dataDir, 'up/new/file.txt')).rejects.toThrow('leads out of the data folder');
  expect(await readdir(base)).not.toContain('new');
});

test('writing through a link replaces the link and leaves what it pointed to', async () => {
  await symlink(join(base, 'secret.txt'), join(dataDir, 'link.txt'));
  await writeWhole(await fileToWrite(dataDir, 'link.txt'), 'mine');
  expect(await readFile(join(base, 'secret.txt'), 'utf8')).toBe('secret');
  expect(await readFile(join(dataDir, 'link.txt'), 'utf8')).toBe('mine');
});

test('folders are made on the way, and a whole file leaves nothing beside it', async () => {
  const path = await fileToWrite(dataDir, 'a/b/c.txt');
  await writeWhole(path, 'one');
  await writeWhole(path, 'two');
  expect(await readFile(await fileToRead(dataDir, 'a/b/c.txt'), 'utf8')).toBe('two');
  expect(await readdir(join(dataDir, 'a/b'))).toEqual(['c.txt']);
});

test('a file that is not there needs a person, who can put it there', async () => {
  const error = await fileToRead(dataDir, 'no.csv').catch((thrown: unknown) => thrown);
  expect(declaredClass(error)).toBe('data');
  await expect(fileToRead(dataDir, 'sample:no.csv')).rejects.toThrow('there is no sample:no.csv');
});

test('the shipped sample is found', async () => {
  expect(await readFile(await fileToRead(dataDir, 'sample:orders.csv'), 'utf8')).toContain('order_id');
});
