import type { Flow } from '@drover/core';
import { Text } from '@mantine/core';
import { IconHandStop } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { counted } from '../../count.ts';
import { Notice } from '../../notice.tsx';
import classes from './flow-page.module.css';

/** Named; the others are in the list. */
const namedMax = 10;

/** Tasks that only a person moves on. */
export function AttentionNotice({ flow: { attention, tasks } }: { flow: Flow }) {
  if (attention === 0) return null;
  const held = tasks.filter(({ state }) => state === 'requires_attention');
  return (
    <Notice
      role="status"
      tone="amber"
      icon={IconHandStop}
      title={`${counted(attention, 'task')} ${attention === 1 ? 'needs' : 'need'} a person`}
    >
      <Text size="sm" c="var(--mantine-color-text)">
        What waits for {attention === 1 ? 'it' : 'them'} goes on waiting until somebody has decided.
      </Text>
      <ul className={classes.named}>
        {held.slice(0, namedMax).map(({ key, id, message }) => (
          <li key={key}>
            <Link to="/tasks/$id" params={{ id }} className={classes.link}>
              {key}
            </Link>
            {message !== undefined && message !== '' && `: ${message}`}
          </li>
        ))}
        {held.length > namedMax && <li>and {held.length - namedMax} more</li>}
      </ul>
    </Notice>
  );
}
