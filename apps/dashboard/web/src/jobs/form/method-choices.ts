import { fullMethodName, type JobLine, type ModelInfo } from '@drover/core';

type Group = { group: string; items: string[] };

/**
 * What a line may run, by model; for a filter, first what models offer as filters. What is chosen is among them, should no
 * live worker offer it.
 */
export function methodChoices(models: readonly ModelInfo[], kind: JobLine['kind'], chosen: string | null): Group[] {
  const named = models.flatMap(({ methods }) =>
    methods.map(({ model, method, isFilter = false }) => ({ model, isFilter, name: fullMethodName(model, method) })),
  );
  const filters = [...new Set(named.filter(({ isFilter }) => isFilter).map(({ name }) => name))];
  const first = kind === 'filter' && filters.length > 0 ? [{ group: 'Filters', items: filters }] : [];
  const isFirst = (name: string) => kind === 'filter' && filters.includes(name);
  const groups = models.flatMap(({ model }): Group[] => {
    const names = named.filter((method) => method.model === model && !isFirst(method.name)).map(({ name }) => name);
    return names.length === 0 ? [] : [{ group: model, items: [...new Set(names)] }];
  });
  const isThere = chosen === null || named.some(({ name }) => name === chosen);
  return [...(isThere ? [] : [{ group: 'Not offered now', items: [chosen] }]), ...first, ...groups];
}
