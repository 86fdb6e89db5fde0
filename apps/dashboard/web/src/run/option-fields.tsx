import { Autocomplete, NumberInput, SimpleGrid, Switch, TagsInput, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { queuesQuery } from '../cluster.ts';
import { formatDuration } from '../duration.ts';
import { sessionQuery } from '../session/session.ts';
import { TimeInput } from '../time-input.tsx';
import type { OptionProps } from './options-section.tsx';

type Props = Omit<OptionProps, 'onChange'> & {
  /** Stands in the place of the time when it expires. */
  expiry?: ReactNode;
  /** What the tasks are called when nothing is said. Default: as the method. */
  usualName?: string | undefined;
};

/** Everything of a request beside its arguments and its time. Left empty, it is as the method has it. */
export function OptionFields({ method, options, set, errorOf, expiry, usualName }: Props) {
  const { data: queues } = useQuery({ ...queuesQuery, refetchInterval: false });
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} mt="sm">
      <Autocomplete
        label="Queue"
        placeholder={method.queue}
        data={queues?.map(({ name }) => name) ?? []}
        value={options.queue}
        error={errorOf('queue')}
        onChange={(queue) => set({ queue })}
      />
      <NumberInput
        label="Priority"
        description="Lower runs first."
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        placeholder={String(method.priority)}
        min={1}
        max={2_097_151}
        allowDecimal={false}
        value={options.priority}
        error={errorOf('priority')}
        onChange={(priority) => set({ priority })}
      />
      <NumberInput
        label="Retries"
        placeholder={String(method.maxRetries)}
        min={0}
        max={25}
        allowDecimal={false}
        value={options.maxRetries}
        error={errorOf('maxRetries')}
        onChange={(maxRetries) => set({ maxRetries })}
      />
      <NumberInput
        label="Timeout of one attempt, seconds"
        placeholder={`${method.timeoutSeconds} (${formatDuration(method.timeoutSeconds)})`}
        min={0}
        value={options.timeoutSeconds}
        error={errorOf('timeoutSeconds')}
        onChange={(timeoutSeconds) => set({ timeoutSeconds })}
      />
      {expiry ?? (
        <TimeInput
          label="Expires"
          value={options.expiresAt}
          error={errorOf('expiresAt')}
          onChange={(expiresAt) => set({ expiresAt })}
        />
      )}
      <Identities options={options} set={set} errorOf={errorOf} method={method} usualName={usualName} />
    </SimpleGrid>
  );
}

function Identities({ method, options, set, errorOf, usualName }: Omit<Props, 'expiry'>) {
  const { data: session } = useQuery(sessionQuery);
  return (
    <>
      <TextInput
        label="Display name"
        placeholder={usualName ?? `${method.model}.${method.method}`}
        value={options.name}
        error={errorOf('name')}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <TagsInput
        label="Tags"
        placeholder={options.tags.length === 0 ? method.tags.join(', ') || 'Type one, then Enter' : ''}
        maxTags={10}
        value={options.tags}
        error={errorOf('tags')}
        onChange={(tags) => set({ tags })}
      />
      <TextInput
        label="User"
        placeholder="On whose behalf"
        value={options.user}
        error={errorOf('user')}
        onChange={(event) => set({ user: event.currentTarget.value })}
      />
      {session?.company === undefined && (
        <TextInput
          label="Company"
          placeholder="Whose task it is"
          value={options.company}
          error={errorOf('company')}
          onChange={(event) => set({ company: event.currentTarget.value })}
        />
      )}
      <Switch
        label="Must get through"
        description="Five retries instead of the method’s own number."
        mt="lg"
        checked={options.isResilient}
        onChange={(event) => set({ isResilient: event.currentTarget.checked })}
      />
    </>
  );
}
