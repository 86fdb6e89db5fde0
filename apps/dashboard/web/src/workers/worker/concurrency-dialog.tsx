import { DroverError } from '@drover/client';
import { limits, type WorkerInfo } from '@drover/core';
import { NumberInput } from '@mantine/core';
import { useState } from 'react';
import { cluster } from '../../cluster.ts';
import { messageOf } from '../../fault.ts';
import { FormDialog } from '../../form-dialog.tsx';
import { useAskWorker } from './ask-worker.ts';
import type { Unanswered } from './worker-actions.ts';

type Props = {
  worker: WorkerInfo;
  onAnswer: (unanswered: Unanswered | undefined) => void;
  onClose: () => void;
};

/** How many tasks it runs at a time, until it ends. */
export function ConcurrencyDialog({ worker, onAnswer, onClose }: Props) {
  const [typed, setTyped] = useState<number | string>(worker.concurrency);
  const [broken, setBroken] = useState<string>();
  const concurrency = Number(typed);
  const { mutate, isPending, error } = useAskWorker({
    id: worker.id,
    asked: { concurrency },
    ask: () => cluster.workers.patch(worker.id, { concurrency }),
    done: `${worker.id} runs ${concurrency} at a time.`,
    onAnswer,
  });
  const save = () => {
    const isFit =
      typed !== '' && Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= limits.concurrency;
    setBroken(isFit ? undefined : `A whole number from 1 to ${limits.concurrency.toLocaleString('en')}`);
    if (!isFit) return;
    if (concurrency === worker.concurrency) onClose();
    else mutate();
  };
  const fault = error instanceof DroverError ? messageOf(error.faults, 'concurrency') : undefined;
  return (
    <FormDialog
      title={`Concurrency of ${worker.id}`}
      saving={{ isPending, error }}
      areFaultsShown={fault !== undefined}
      onSave={save}
      onClose={onClose}
    >
      <NumberInput
        label="Tasks at a time"
        description="Until the worker ends: the next one begins with its setting again. Where it is fewer than now, begun tasks go on, and the next ones wait."
        min={1}
        max={limits.concurrency}
        allowDecimal={false}
        value={typed}
        error={broken ?? fault}
        onChange={setTyped}
        data-autofocus
      />
    </FormDialog>
  );
}
