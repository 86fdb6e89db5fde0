import type { QueueInfo } from '@drover/core';
import { Select } from '@mantine/core';

type Props = {
  queues: QueueInfo[] | undefined;
  queue: string | undefined;
  onChange: (queue: string | undefined) => void;
};

const all = '';

export function QueueSelect({ queues, queue, onChange }: Props) {
  const names = new Set(queues?.map(({ name }) => name));
  if (queue !== undefined) names.add(queue);
  const data = [
    { value: all, label: 'All queues' },
    ...[...names].sort().map((name) => ({ value: name, label: name })),
  ];
  return (
    <Select
      aria-label="Queue"
      size="xs"
      w="11rem"
      data={data}
      value={queue ?? all}
      onChange={(chosen) => onChange(chosen === all || chosen === null ? undefined : chosen)}
      allowDeselect={false}
      searchable={data.length > 12}
    />
  );
}
