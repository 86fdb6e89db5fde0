import type { TaskHistoryEntry } from '@drover/core';
import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { JsonBlock } from '../code-block.tsx';
import { Moment } from '../moment.tsx';
import { QueryPart } from '../query-part.tsx';
import { Section } from '../section.tsx';
import classes from './attention.module.css';
import { historyQuery } from './attention-queries.ts';

const words: Record<TaskHistoryEntry['action'], string> = {
  comment: 'commented',
  patch: 'changed it',
  cancel: 'cancelled it',
  retry: 'retried it',
  skip: 'skipped it',
  kill: 'killed it',
  'run-now': 'let it run at once',
};

/** What people did to the task before, newest first. */
export function History({ id }: { id: string }) {
  const query = useQuery(historyQuery(id));
  return (
    <Section title="What was done">
      <QueryPart query={query}>
        {(entries) =>
          entries.length === 0 ? (
            <Text size="sm" c="dimmed">
              Nobody has done anything about it yet.
            </Text>
          ) : (
            <ol className={classes.history}>
              {[...entries].reverse().map((entry, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: two entries of one instant differ in nothing else.
                <li key={`${entry.at} ${entry.action} ${entries.length - index}`}>
                  <Entry entry={entry} />
                </li>
              ))}
            </ol>
          )
        }
      </QueryPart>
    </Section>
  );
}

function Entry({ entry: { at, by, action, comment, before } }: { entry: TaskHistoryEntry }) {
  return (
    <>
      <Text size="sm">
        <b>{by?.name ?? 'Drover'}</b> {words[action]}{' '}
        <Text span size="sm" c="dimmed">
          <Moment at={at} />
        </Text>
      </Text>
      {comment !== undefined && comment !== '' && (
        <Text size="sm" className={classes.comment}>
          {comment}
        </Text>
      )}
      {before !== undefined && (
        <details className={classes.before}>
          <summary>The arguments before</summary>
          {before.args !== undefined && <JsonBlock value={before.args} label="Positional arguments before" />}
          {before.kwargs !== undefined && <JsonBlock value={before.kwargs} label="Named arguments before" />}
        </details>
      )}
    </>
  );
}
