import type { MethodInfo } from '@drover/core';
import { DataList } from '@mantine/core';
import { counted } from '../count.ts';
import { formatDuration } from '../duration.ts';
import { Section } from '../section.tsx';

/** What the method's author chose. */
export function MethodFacts({ method }: { method: MethodInfo }) {
  const facts: [string, string | number][] = [
    ['Queue', method.queue],
    ['Priority', method.priority],
    ['Retries', method.maxRetries],
    ['Timeout', formatDuration(method.timeoutSeconds)],
    ['Tags', method.tags.join(', ') || 'none'],
    ['Offered by', counted(method.workers.length, 'worker')],
  ];
  return (
    <Section title="By default">
      <DataList labelWidth="6.5rem" gap={6}>
        {facts.map(([name, value]) => (
          <DataList.Item key={name}>
            <DataList.ItemLabel c="dimmed">{name}</DataList.ItemLabel>
            <DataList.ItemValue className="numbers">{value}</DataList.ItemValue>
          </DataList.Item>
        ))}
      </DataList>
    </Section>
  );
}
