import type { TaskRequestInput } from '@drover/core';
import { Code, Text } from '@mantine/core';
import { CodeBlock } from '../code-block.tsx';
import { Section } from '../section.tsx';
import { curlOf } from './curl.ts';

/** The same from a shell. */
export function CurlPanel({ request }: { request: TaskRequestInput }) {
  return (
    <Section title="The same as curl">
      <CodeBlock text={curlOf(request)} label="Command" />
      <Text size="xs" c="dimmed" mt="xs">
        Put your token into <Code>DROVER_TOKEN</Code>, and the API’s address into <Code>DROVER_URL</Code> if it is not
        this machine’s.
      </Text>
    </Section>
  );
}
