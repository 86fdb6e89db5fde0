import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isModel, type Model } from '@drover/core';

/** A module that could not be loaded, or holds no model: the worker does not start, and says which. */
export class ModuleError extends Error {
  override readonly name = 'ModuleError';
}

/**
 * Loads models from modules: paths, relative to `folder`, and names of packages that are installed there or with the
 * worker. Every export that is a model, or a list of models, counts.
 * @throws ModuleError
 */
export async function loadModels(builtIn: readonly Model[], modules: string[], folder: string): Promise<Model[]> {
  const models = new Map<string, { model: Model; from: string }>();
  for (const model of builtIn) models.set(model.name, { model, from: 'the built-in models' });
  for (const name of modules) {
    for (const model of modelsIn(await load(name, folder), name)) {
      const known = models.get(model.name);
      if (known !== undefined && known.model !== model) {
        throw new ModuleError(`model "${model.name}" of ${name} is declared by ${known.from} too`);
      }
      models.set(model.name, { model, from: name });
    }
  }
  return [...models.values()].map(({ model }) => model);
}

async function load(name: string, folder: string): Promise<Record<string, unknown>> {
  if (/[*?[\]{}]/.test(name)) throw new ModuleError(`MODULES: "${name}" is a pattern, and patterns are not expanded`);
  try {
    return (await import(addressOf(name, folder))) as Record<string, unknown>;
  } catch (cause) {
    throw new ModuleError(`MODULES: "${name}" could not be loaded: ${(cause as Error).message}`, { cause });
  }
}

/** What `import` takes: a file's address, or the name itself for a package that is installed with the worker. */
function addressOf(name: string, folder: string): string {
  const path = resolve(folder, name);
  const isPath = name.startsWith('.') || isAbsolute(name) || statSync(path, { throwIfNoEntry: false })?.isFile();
  if (isPath) return pathToFileURL(path).href;
  try {
    return pathToFileURL(createRequire(join(folder, 'modules.js')).resolve(name)).href;
  } catch {
    return name;
  }
}

function modelsIn(module: Record<string, unknown>, name: string): Model[] {
  const models = new Set(Object.values(module).flat().filter(isModel));
  if (models.size === 0) throw new ModuleError(`MODULES: "${name}" exports no model; export what defineModel returns`);
  return [...models];
}
