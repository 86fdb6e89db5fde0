import type { MethodInfo, ModelInfo } from '@drover/core';

/** The models with the methods that hold every word; all of them for an empty text. Versions of a method count once. */
export function searchModels(models: readonly ModelInfo[], text: string): ModelInfo[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return models
    .map((model) => ({ ...model, methods: oneEach(model.methods).filter((method) => matches(method, words)) }))
    .filter(({ methods }) => methods.length > 0);
}

function matches({ model, method, description, tags }: MethodInfo, words: string[]): boolean {
  const text = `${model}.${method} ${description} ${tags.join(' ')}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

function oneEach(methods: readonly MethodInfo[]): MethodInfo[] {
  return [...new Map(methods.map((method) => [method.method, method])).values()];
}
