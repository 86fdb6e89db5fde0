/** What the searches of all lists have in common: the address says what is shown, and which page of it. */

/** An address that people write by hand may hold `q=12`, which is read as a number. */
export function textOf(value: unknown, length: number): string | undefined {
  const said = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  return typeof said === 'string' && said.trim() !== '' && said.length <= length ? said.trim() : undefined;
}

type Paged = { cursor?: string | undefined };

/** What a change of the filter makes of the address: its pages begin anew. */
export function changed<Search extends Paged>(search: Search, change: Partial<Search>): Search {
  return { ...search, ...change, cursor: undefined };
}

/** Whether it leaves anything out. A page does not. */
export function isNarrowed<Search extends Paged>({ cursor: _, ...filters }: Search): boolean {
  return Object.values(filters).some((value) => value !== undefined);
}
