import type { WorkerAnswer } from '@drover/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useWorkerUpdate, workerQuery } from '../worker-queries.ts';
import type { Unanswered } from './worker-actions.ts';

type Asking = {
  id: string;
  asked: Unanswered;
  ask: () => Promise<WorkerAnswer>;
  /** What is said when the worker acknowledged it. */
  done: string;
  /** Told what the worker has not answered yet; undefined when it has. */
  onAnswer: (unanswered: Unanswered | undefined) => void;
};

/** Asks a worker for something, shows what it made of it, and tells what it has not answered. */
export function useAskWorker({ id, asked, ask, done, onAnswer }: Asking) {
  const update = useWorkerUpdate();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ask,
    onSuccess: ({ acknowledged, worker }) => {
      update(worker);
      if (acknowledged) notifications.show({ message: done });
      onAnswer(acknowledged ? undefined : asked);
    },
    // Most often it ended while the question stood there: the page behind it shall say so.
    onError: () => void queryClient.invalidateQueries({ queryKey: workerQuery(id).queryKey }),
  });
}
