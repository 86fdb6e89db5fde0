import type { ModelInfo } from '@drover/core';
import type { ComboboxData } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { modelsQuery, queuesQuery, workersQuery } from '../cluster.ts';

/** What the cluster knows by name now. Whatever else a person writes is as good: the ledger remembers what is gone. */
export type Suggestions = {
  models: string[];
  methods: ComboboxData;
  queues: string[];
  workers: string[];
  tags: string[];
};

/** @param seenTags those of the rows on the page */
export function useSuggestions(seenTags: readonly string[]): Suggestions {
  const { data: models = [] } = useQuery({ ...modelsQuery, refetchInterval: false });
  const { data: queues = [] } = useQuery({ ...queuesQuery, refetchInterval: false });
  const { data: workers = [] } = useQuery({ ...workersQuery, refetchInterval: false });
  return {
    models: models.map(({ model }) => model),
    methods: methodSuggestions(models),
    queues: queues.map(({ name }) => name).sort(),
    workers: workers.map(({ id }) => id).sort(),
    tags: tagSuggestions(models, seenTags),
  };
}

/** Models, then methods in full. A text is suggested once, whatever it names. */
export function methodSuggestions(models: readonly ModelInfo[]): { group: string; items: string[] }[] {
  const names = new Set(models.map(({ model }) => model));
  const methods = new Set(models.flatMap(({ model, methods }) => methods.map(({ method }) => `${model}.${method}`)));
  return [
    { group: 'Models', items: [...names].sort() },
    { group: 'Methods', items: [...methods].filter((method) => !names.has(method)).sort() },
  ];
}

export function tagSuggestions(models: readonly ModelInfo[], seen: readonly string[]): string[] {
  const usual = models.flatMap(({ methods }) => methods.flatMap(({ tags }) => tags));
  return [...new Set([...usual, ...seen])].sort();
}
