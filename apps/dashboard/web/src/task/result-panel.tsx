import type { ItemResults, Task } from '@drover/core';
import { JsonBlock } from '../code-block.tsx';
import { Section } from '../section.tsx';
import { ItemTable } from './item-table.tsx';

/** What the method returned; item by item where it tried each on its own. */
export function ResultPanel({ task }: { task: Task }) {
  const { result, state } = task;
  if (result === null || result === undefined) {
    if (state !== 'done') return null;
    return <Section title="Result">The method returned nothing.</Section>;
  }
  if (isItemResults(result)) return <ItemTable items={result} />;
  return (
    <Section title="Result">
      <JsonBlock value={result} label="Result as JSON" />
    </Section>
  );
}

function isItemResults(value: unknown): value is ItemResults {
  if (typeof value !== 'object' || value === null) return false;
  const { processed, successCount, errorCount, results } = value as Record<string, unknown>;
  return (
    typeof processed === 'number' &&
    typeof successCount === 'number' &&
    typeof errorCount === 'number' &&
    Array.isArray(results) &&
    results.every((item) => typeof item === 'object' && item !== null && 'status' in item)
  );
}
