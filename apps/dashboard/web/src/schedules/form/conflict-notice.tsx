import type { Schedule } from '@drover/core';
import { Button, Group, Text } from '@mantine/core';
import { IconGitMerge } from '@tabler/icons-react';
import { Moment } from '../../moment.tsx';
import { Notice } from '../../notice.tsx';
import { type Difference, valueWords } from '../differences.ts';
import classes from './form.module.css';

type Props = {
  /** What is other than when this person began. */
  differences: Difference[];
  /** As it is now. */
  theirs: Pick<Schedule, 'updatedAt' | 'updatedBy'>;
  isPending: boolean;
  onReload: () => void;
  onOverwrite: () => void;
};

/** Somebody else saved first: what they changed, and the two ways on. */
export function ConflictNotice({ differences, theirs, isPending, onReload, onOverwrite }: Props) {
  return (
    <Notice role="alert" tone="amber" icon={IconGitMerge} title="Not saved: it was changed meanwhile">
      <Text size="sm" c="var(--mantine-color-text)">
        {theirs.updatedBy === undefined ? 'It was' : `${theirs.updatedBy.name} has`} changed{' '}
        {theirs.updatedBy !== undefined && 'it '}
        <Moment at={theirs.updatedAt} />
        {differences.length === 0 ? ', back to what it was when you began.' : ':'}
      </Text>
      {differences.length > 0 && (
        <ul className={classes.differences} aria-label="What was changed meanwhile">
          {differences.map(({ field, label, before, after }) => (
            <li key={field}>
              {label}: <s>{valueWords(field, before)}</s> → <b>{valueWords(field, after)}</b>
            </li>
          ))}
        </ul>
      )}
      <Group gap="xs" mt="xs">
        <Button size="xs" variant="default" onClick={onReload}>
          Begin again with theirs
        </Button>
        <Button size="xs" variant="default" loading={isPending} onClick={onOverwrite}>
          Save mine over it
        </Button>
      </Group>
    </Notice>
  );
}
