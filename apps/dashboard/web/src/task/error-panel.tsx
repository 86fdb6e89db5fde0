import type { Task, TaskErrorRecord } from '@drover/core';
import { Button, Collapse, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useId } from 'react';
import { CodeBlock } from '../code-block.tsx';
import { Section } from '../section.tsx';
import classes from './error-panel.module.css';

/** What each class means for what comes next. */
const classMeanings: Record<TaskErrorRecord['class'], string> = {
  temporary: 'temporary: tried again after a pause',
  resource: 'a resource was missing: tried again after a longer pause',
  data: 'the data is wrong: a person must decide',
  permanent: 'permanent: never tried again by itself',
  unclassified: 'of no known class: tried again with growing pauses',
};

/** The last failure, while it is not overcome. */
export function ErrorPanel({ task }: { task: Task }) {
  if (task.error === undefined) return null;
  return (
    <Section title={task.state === 'error' || task.state === 'requires_attention' ? 'Error' : 'Last error'}>
      <ErrorDetails error={task.error} />
    </Section>
  );
}

export function ErrorDetails({ error }: { error: TaskErrorRecord }) {
  return (
    <div className={classes.error}>
      <Text className={classes.message}>
        <b>{error.name}</b>: {error.message || 'without a message'}
      </Text>
      <Text size="xs" c="dimmed" mt={4}>
        {classMeanings[error.class]}
      </Text>
      {error.traceback !== undefined && <Traceback text={error.traceback} />}
    </div>
  );
}

function Traceback({ text }: { text: string }) {
  const [isShown, { toggle }] = useDisclosure(false);
  const id = useId();
  const Icon = isShown ? IconChevronDown : IconChevronRight;
  return (
    <>
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        ml={-8}
        mt={6}
        c="var(--mantine-color-text)"
        leftSection={<Icon size={15} aria-hidden />}
        aria-expanded={isShown}
        aria-controls={id}
        onClick={toggle}
      >
        {isShown ? 'Hide the traceback' : 'Show the traceback'}
      </Button>
      <Collapse expanded={isShown} id={id} keepMountedMode="display-none">
        <CodeBlock text={text} label="Traceback" />
      </Collapse>
    </>
  );
}
