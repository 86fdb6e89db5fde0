import type { BulkAction, Task, TaskFilter } from '@drover/core';
import { Modal } from '@mantine/core';
import { useState } from 'react';
import { counted } from '../count.ts';
import { ActionPreview } from './action-preview.tsx';
import { ActionProgress } from './action-progress.tsx';
import { actionWords } from './action-words.ts';

/** What is asked for: an action on all tasks that match, or on some by id. */
export type AskedAction = { action: BulkAction; filter: TaskFilter; ids?: string[] };

type Props = {
  asked: AskedAction;
  /** Once it has begun. */
  onStarted?: (() => void) | undefined;
  onClose: () => void;
};

/** Shows what an action on many tasks would do, starts it, and shows how far it is. */
export function ActionDialog({ asked, onStarted, onClose }: Props) {
  const [started, setStarted] = useState<Task>();
  const { verb } = actionWords[asked.action];
  const which = asked.ids === undefined ? 'all tasks that match' : counted(asked.ids.length, 'selected task');
  return (
    <Modal opened onClose={onClose} title={`${verb} ${which}`} size="lg">
      {started === undefined ? (
        <ActionPreview
          asked={asked}
          onStarted={(task) => {
            setStarted(task);
            onStarted?.();
          }}
          onClose={onClose}
        />
      ) : (
        <ActionProgress task={started} onClose={onClose} />
      )}
    </Modal>
  );
}
