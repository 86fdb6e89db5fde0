import type { WorkerInfo } from '@drover/core';
import { Button } from '@mantine/core';
import { IconAdjustments } from '@tabler/icons-react';
import { useState } from 'react';
import { useIsClusterWide, useMay } from '../../session/session.ts';
import { isAtWork } from '../worker-looks.ts';
import { ActionDialog } from './action-dialog.tsx';
import { ConcurrencyDialog } from './concurrency-dialog.tsx';
import { actionsOf, actionWords, type Unanswered, type WorkerAction } from './worker-actions.ts';

type Props = { worker: WorkerInfo; onAnswer: (unanswered: Unanswered | undefined) => void };

/** What this person may ask of the worker as it is. A worker serves all companies: a key of one has no say in it. */
export function WorkerButtons({ worker, onAnswer }: Props) {
  const mayOperate = useMay('operate');
  const isAdmin = useMay('admin');
  const isClusterWide = useIsClusterWide();
  const [asked, setAsked] = useState<WorkerAction | 'concurrency'>();
  const actions = actionsOf(worker).filter((action) => isClusterWide && (action === 'stop' ? isAdmin : mayOperate));
  const close = () => setAsked(undefined);
  const answered = (unanswered: Unanswered | undefined) => {
    close();
    onAnswer(unanswered);
  };
  return (
    <>
      {isClusterWide && mayOperate && isAtWork(worker) && (
        <Button
          variant="default"
          leftSection={<IconAdjustments size={16} aria-hidden />}
          onClick={() => setAsked('concurrency')}
        >
          Concurrency
        </Button>
      )}
      {actions.map((action) => {
        const { label, icon: Icon } = actionWords(action, worker);
        return (
          <Button
            key={action}
            variant={action === 'resume' ? 'filled' : 'default'}
            leftSection={<Icon size={16} aria-hidden />}
            onClick={() => setAsked(action)}
          >
            {label}
          </Button>
        );
      })}
      {asked === 'concurrency' && <ConcurrencyDialog worker={worker} onAnswer={answered} onClose={close} />}
      {asked !== undefined && asked !== 'concurrency' && (
        <ActionDialog action={asked} worker={worker} onAnswer={answered} onClose={close} />
      )}
    </>
  );
}
