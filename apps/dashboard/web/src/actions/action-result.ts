/** What a task that acted on many tells at its end. */
export type ActionResult = {
  matched: number;
  changed: number;
  refused: number;
  /** Why, of the first ones. */
  refusals: { id: string; message: string }[];
};

export function readActionResult(result: unknown): ActionResult | undefined {
  if (typeof result !== 'object' || result === null) return undefined;
  const { matched, changed, refused, refusals } = result as Record<string, unknown>;
  if (typeof matched !== 'number' || typeof changed !== 'number' || typeof refused !== 'number') return undefined;
  return { matched, changed, refused, refusals: Array.isArray(refusals) ? refusals.filter(isRefusal) : [] };
}

function isRefusal(value: unknown): value is ActionResult['refusals'][number] {
  if (typeof value !== 'object' || value === null) return false;
  const { id, message } = value as Record<string, unknown>;
  return typeof id === 'string' && typeof message === 'string';
}
