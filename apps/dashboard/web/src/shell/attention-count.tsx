import { VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { queuesQuery } from '../cluster.ts';
import { formatCount } from '../count.ts';
import { useMay } from '../session/session.ts';
import classes from './shell.module.css';

/** How often it asks by itself, ms; where a page asks for the queues more often, it hears that too. */
const seldom = 15_000;

/** How many tasks need a person. */
export function AttentionCount() {
  const canRead = useMay('read');
  const { data: queues } = useQuery({ ...queuesQuery, enabled: canRead, refetchInterval: seldom });
  const count = queues?.reduce((sum, { counts }) => sum + counts.requires_attention, 0) ?? 0;
  if (count === 0) return null;
  return (
    <span className={classes.count}>
      <span aria-hidden>{formatCount(count)}</span>
      <VisuallyHidden>{formatCount(count)} to decide</VisuallyHidden>
    </span>
  );
}
