import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadModels } from './load-models.ts';

const folder = mkdtempSync(join(tmpdir(), 'drover-modules-'));
afterAll(() => rmSync(folder, { recursive: true }));

const model = (name: string) => `{ kind: 'drover.model', name: '${name}', methods: {} }`;

function write(path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
}

write('one.mjs', `export default ${model('shop.order')};`);
write('models/many.mjs', `export const models = [${model('a')}, ${model('b')}]; export const c = ${model('c')};`);
write('empty.mjs', 'export const x = 1;');
write('broken.mjs', 'throw new Error("no database");');
write('again.mjs', `export default ${model('shop.order')};`);
write('node_modules/acme-models/package.json', '{"name": "acme-models", "type": "module", "exports": "./index.js"}');
write('node_modules/acme-models/index.js', `export default ${model('acme')};`);

const names = async (modules: string[]) => (await loadModels([], modules, folder)).map(({ name }) => name);

test('models come from paths, with and without a leading dot, and from packages installed there', async () => {
  expect(await names(['./one.mjs', 'models/many.mjs', 'acme-models'])).toEqual(['shop.order', 'a', 'b', 'c', 'acme']);
  expect(await names([join(folder, 'one.mjs')])).toEqual(['shop.order']);
});

test('packages that come with the worker are found from any folder', async () => {
  expect((await names(['@drover/models/probe'])).sort()).toEqual(['probe', 'probe.isolated']);
});

test('a module named twice counts once', async () => {
  expect(await names(['./one.mjs', 'one.mjs'])).toEqual(['shop.order']);
});

test.each([
  ['./missing.mjs', /"\.\/missing\.mjs" could not be loaded/],
  ['no-such-package', /"no-such-package" could not be loaded/],
  ['broken.mjs', /could not be loaded: no database/],
  ['empty.mjs', /exports no model/],
  ['models/*.mjs', /is a pattern/],
])('%s is refused, with the reason', async (name, reason) => {
  await expect(loadModels([], [name], folder)).rejects.toThrow(reason);
});

test('one model declared by two modules is refused', async () => {
  await expect(loadModels([], ['one.mjs', 'again.mjs'], folder)).rejects.toThrow(
    'model "shop.order" of again.mjs is declared by one.mjs too',
  );
});
