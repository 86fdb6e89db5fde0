import { DroverError } from '@drover/client';
import { Button, Code, List, Text } from '@mantine/core';
import { IconAlertCircle, IconCloudOff, IconHandStop } from '@tabler/icons-react';
import { Notice } from './notice.tsx';

type Words = { title: string; detail: string };

/** What went wrong, in words for the person in front of the page. */
export function describeProblem(error: unknown): Words {
  if (!(error instanceof DroverError)) {
    return {
      title: 'Something went wrong in this page',
      detail: error instanceof Error ? error.message : String(error),
    };
  }
  if (error.code === 'network') {
    return {
      title: 'The dashboard was not reached',
      detail: 'Either it is being restarted or this machine is offline. The page goes on trying.',
    };
  }
  return { title: error.problem?.title ?? 'The answer was not understood', detail: error.message };
}

type Props = { error: unknown; onRetry?: (() => void) | undefined; skipFaults?: boolean };

/** A problem as the API put it, with its faults and code. Read out as soon as it appears. */
export function ProblemNotice({ error, onRetry, skipFaults = false }: Props) {
  const { title, detail } = describeProblem(error);
  const problem = error instanceof DroverError ? error : undefined;
  const faults = skipFaults ? [] : (problem?.faults ?? []);
  const Icon = problem?.code === 'network' ? IconCloudOff : problem?.status === 403 ? IconHandStop : IconAlertCircle;
  return (
    <Notice role="alert" tone="red" title={title} icon={Icon}>
      <Text size="sm" c="var(--mantine-color-text)">
        {detail}
      </Text>
      {faults.length > 0 && (
        <List size="sm" mt="xs" c="var(--mantine-color-text)">
          {faults.map((fault) => (
            <List.Item key={`${fault.pointer} ${fault.message}`}>
              <Code>{fault.pointer === '' ? 'the body' : fault.pointer}</Code> {fault.message}
            </List.Item>
          ))}
        </List>
      )}
      {problem !== undefined && problem.code !== 'network' && (
        <Text size="xs" mt={6} c="dimmed">
          Code <span className="mono">{problem.code}</span>
          {problem.status > 0 && ` · HTTP ${problem.status}`}
        </Text>
      )}
      {onRetry !== undefined && (
        <Button mt="sm" size="xs" variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
    </Notice>
  );
}
