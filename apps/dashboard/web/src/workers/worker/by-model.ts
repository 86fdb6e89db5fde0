type Offer = { model: string; methods: string[] };

/** Methods in full, gathered by their models; both by name. */
export function byModel(methods: readonly string[]): Offer[] {
  const offers = new Map<string, string[]>();
  for (const method of [...methods].sort()) {
    const model = method.slice(0, Math.max(0, method.lastIndexOf('.')));
    offers.set(model, [...(offers.get(model) ?? []), method]);
  }
  return [...offers].map(([model, own]) => ({ model, methods: own })).sort((a, b) => a.model.localeCompare(b.model));
}
