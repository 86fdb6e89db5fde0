import type { Task } from '@drover/core';
import { Progress, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { PageLink } from '../page-link.tsx';
import { changed } from '../search/ledger-search.ts';
import classes from './tasks.module.css';

export function TaskLink({ task }: { task: Task }) {
  return (
    <PageLink to="/tasks/$id" params={{ id: task.id }} size="sm" fw={600} className={classes.wrap}>
      {task.name}
    </PageLink>
  );
}

/** Each leads to all tasks with it, among those that are looked for. */
export function TaskTags({ tags }: { tags: string[] }) {
  if (tags.length === 0) return null;
  return (
    <ul className={classes.tags} aria-label="Tags">
      {tags.map((tag) => (
        <li key={tag}>
          <Link from="/tasks" to="/tasks" search={(before) => changed(before, { tag })} className={classes.tag}>
            {tag}
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** What else one wants to know at a glance: how far it is, or what went wrong. */
export function TaskNote({ task }: { task: Task }) {
  if (task.state === 'running') {
    const { percent, message } = task.progress;
    return (
      <span className={classes.progress}>
        <Progress value={percent} size="sm" aria-label={`Progress of ${task.name}`} />
        <Text span size="xs" c="dimmed" className="numbers">
          {Math.round(percent)} %{message === undefined ? '' : ` · ${message}`}
        </Text>
      </span>
    );
  }
  const note = task.error?.message ?? task.message;
  if (note !== undefined && note !== '') {
    return (
      <Text
        size="xs"
        lineClamp={1}
        c={task.error === undefined ? 'dimmed' : 'var(--tone-red-fg)'}
        className={classes.wrap}
      >
        {note}
      </Text>
    );
  }
  const fullName = `${task.model}.${task.method}`;
  if (task.name === fullName) return null;
  return (
    <Text size="xs" c="dimmed" className={classes.wrap}>
      {fullName}
    </Text>
  );
}
