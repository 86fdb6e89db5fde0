import type { WorkerInfo } from '@drover/core';
import { Confirmation } from '../../confirmation.tsx';
import { useAskWorker } from './ask-worker.ts';
import { actionWords, askFor, type Unanswered, type WorkerAction } from './worker-actions.ts';

type Props = {
  action: WorkerAction;
  worker: WorkerInfo;
  onAnswer: (unanswered: Unanswered | undefined) => void;
  onClose: () => void;
};

/** Says what follows from it, then asks the worker. */
export function ActionDialog({ action, worker, onAnswer, onClose }: Props) {
  const { title, confirm, follows, done } = actionWords(action, worker);
  const { mutate, isPending, error } = useAskWorker({
    id: worker.id,
    asked: action,
    ask: () => askFor(action, worker.id),
    done,
    onAnswer,
  });
  return (
    <Confirmation
      title={title}
      confirm={confirm}
      isOpen
      isPending={isPending}
      isDangerous={action === 'stop'}
      error={error}
      onConfirm={() => mutate()}
      onClose={onClose}
    >
      {follows}
    </Confirmation>
  );
}
