import { Group } from '@mantine/core';
import { Copy } from './copy.tsx';

/** An id in full, with a button that copies it. */
export function TaskId({ id }: { id: string }) {
  return (
    <Group gap={4} wrap="nowrap" component="span" display="inline-flex" maw="100%">
      <span className="mono" style={{ overflowWrap: 'anywhere' }}>
        {id}
      </span>
      <Copy text={id} what="the id" />
    </Group>
  );
}
