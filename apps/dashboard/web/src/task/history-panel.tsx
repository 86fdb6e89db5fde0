import type { Task, TaskHistoryEntry } from '@drover/core';
import { Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import {
  IconBan,
  IconBolt,
  IconMessage,
  IconPencil,
  IconPlayerSkipForward,
  IconPlayerStop,
  IconRefresh,
  type TablerIcon,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { historyQuery } from '../cluster.ts';
import { JsonBlock } from '../code-block.tsx';
import { counted } from '../count.ts';
import { Folded } from '../folded.tsx';
import { Moment } from '../moment.tsx';
import { Lines } from '../page-skeleton.tsx';
import { QueryPart } from '../query-part.tsx';
import { Section } from '../section.tsx';
import { useMay } from '../session/session.ts';
import { CommentForm } from './comment-form.tsx';
import classes from './history-panel.module.css';

const looks: Record<TaskHistoryEntry['action'], { words: string; icon: TablerIcon }> = {
  comment: { words: 'commented', icon: IconMessage },
  patch: { words: 'changed it', icon: IconPencil },
  cancel: { words: 'cancelled it', icon: IconBan },
  retry: { words: 'had it tried again', icon: IconRefresh },
  skip: { words: 'skipped it', icon: IconPlayerSkipForward },
  kill: { words: 'killed it', icon: IconPlayerStop },
  'run-now': { words: 'let it run at once', icon: IconBolt },
};

/** What people did to the task, and what they have to say of it. */
export function HistoryPanel({ task }: { task: Task }) {
  const query = useQuery(historyQuery(task));
  const canOperate = useMay('operate');
  const count = query.data?.length ?? 0;
  return (
    <Section
      title="History"
      aside={
        count > 0 && (
          <Text size="sm" c="dimmed">
            {counted(count, 'entry').replace(/ys$/, 'ies')}
          </Text>
        )
      }
    >
      <QueryPart query={query} skeleton={<Lines count={1} />}>
        {(entries) =>
          entries.length === 0 ? (
            <Text size="sm" c="dimmed">
              Nobody has changed this task or said anything of it.
            </Text>
          ) : (
            <ol className={classes.entries}>
              {entries.map((entry, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: entries are only ever added at the end.
                <Entry key={index} entry={entry} />
              ))}
            </ol>
          )
        }
      </QueryPart>
      {canOperate && <CommentForm task={task} />}
    </Section>
  );
}

function Entry({ entry: { at, by, action, comment, before } }: { entry: TaskHistoryEntry }) {
  const { words, icon: Icon } = looks[action];
  return (
    <li className={classes.entry}>
      <span className={classes.icon}>
        <Icon aria-hidden size={17} />
      </span>
      <div className={classes.words}>
        <p className={classes.head}>
          <b>{by?.name ?? 'Drover'}</b> {before === undefined ? words : 'changed its arguments'}{' '}
          <span className={classes.when}>
            <Moment at={at} />
          </span>
        </p>
        {comment !== undefined && comment !== '' && <p className={classes.comment}>{comment}</p>}
        {before !== undefined && <Before before={before} />}
      </div>
    </li>
  );
}

function Before({ before: { args, kwargs } }: { before: NonNullable<TaskHistoryEntry['before']> }) {
  const [isShown, { toggle }] = useDisclosure(false);
  return (
    <div>
      <Folded
        label={isShown ? 'Hide what they were before' : 'Show what they were before'}
        isShown={isShown}
        onToggle={toggle}
      >
        {args !== undefined && (
          <>
            <Text size="sm" c="dimmed" mt={4}>
              Positional arguments
            </Text>
            <JsonBlock value={args} label="Positional arguments before" />
          </>
        )}
        {kwargs !== undefined && (
          <>
            <Text size="sm" c="dimmed" mt={4}>
              Named arguments
            </Text>
            <JsonBlock value={kwargs} label="Named arguments before" />
          </>
        )}
      </Folded>
    </div>
  );
}
