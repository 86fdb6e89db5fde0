import type { Task, TaskErrorRecord } from '@drover/core';
import { Box, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { CodeBlock } from '../code-block.tsx';
import { Folded } from '../folded.tsx';
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
  return (
    <Box mt={6}>
      <Folded label={isShown ? 'Hide the traceback' : 'Show the traceback'} isShown={isShown} onToggle={toggle}>
        <CodeBlock text={text} label="Traceback" />
      </Folded>
    </Box>
  );
}
