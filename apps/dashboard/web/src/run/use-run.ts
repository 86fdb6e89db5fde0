import { DroverError } from '@drover/client';
import type { MethodInfo, Task, TaskRequestInput } from '@drover/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { cluster, taskQuery } from '../cluster.ts';
import { useOwnFaults } from '../saving/use-own-faults.ts';
import { type Draft, draftOf, faultsOf, valuesOf } from './draft.ts';
import { defaultOptions, type RunOptions, requestOf } from './run-request.ts';

/** What a person is about to run: typed arguments, options, what is wrong with them, and the way to send them. */
export function useRun(method: MethodInfo, source: Task | undefined, onDone: (task: Task) => void) {
  const [draft, setDraft] = useState<Draft>(() => draftOf(method, source));
  const [options, setOptions] = useState<RunOptions>(() => optionsOf(source));
  const { ownFaults, heldCount, onBroken, judge } = useOwnFaults();
  const queryClient = useQueryClient();
  const request = requestOf(method, valuesOf(draft), options);

  const { mutate, reset, isPending, error } = useMutation({
    mutationFn: (body: TaskRequestInput) => cluster.tasks.enqueue(body),
    onSuccess: (task) => {
      queryClient.setQueryData(taskQuery(task.id).queryKey, task);
      notifications.show({ message: `${task.name} is enqueued.` });
      onDone(task);
    },
  });

  const submit = () => {
    reset();
    if (judge(faultsOf(method, draft))) mutate(request);
  };

  const faults = error instanceof DroverError && error.faults.length > 0 ? error.faults : ownFaults;
  return { draft, setDraft, options, setOptions, request, faults, error, isPending, heldCount, onBroken, submit };
}

/** A task to be run once more keeps what it was asked for, but for its time. */
function optionsOf(source: Task | undefined): RunOptions {
  if (source === undefined) return defaultOptions;
  const { name, model, method, queue, priority, maxRetries, timeoutSeconds, tags, user = '' } = source;
  return {
    ...defaultOptions,
    name: name === `${model}.${method}` ? '' : name,
    queue,
    priority,
    maxRetries,
    timeoutSeconds,
    tags,
    user,
  };
}
