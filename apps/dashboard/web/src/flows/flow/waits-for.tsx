import type { FlowNode } from '@drover/core';
import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import { counted } from '../../count.ts';
import classes from './flow-page.module.css';

/** Named at first: a task may wait for a thousand. */
const namedMax = 8;

/** The keys of what a task waits for, each with its policy. */
export function WaitsFor({ edges }: { edges: FlowNode['dependsOn'] }) {
  const [isOpen, setIsOpen] = useState(false);
  if (edges.length === 0) {
    return (
      <Text span c="dimmed" size="sm">
        nothing
      </Text>
    );
  }
  const named = isOpen ? edges : edges.slice(0, namedMax);
  return (
    <>
      <ul className={classes.edges}>
        {named.map(({ key, onFailure }) => (
          <li key={key}>
            {key} <span className={classes.policy}>{onFailure}</span>
          </li>
        ))}
      </ul>
      {edges.length > named.length && (
        <Button size="compact-xs" variant="default" mt={4} onClick={() => setIsOpen(true)}>
          and {counted(edges.length - named.length, 'other')}
        </Button>
      )}
    </>
  );
}
