import type { QueueInfo } from '@drover/core';
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { LimitsDialog } from './limits-dialog.tsx';
import { PauseButton } from './pause-button.tsx';
import classes from './queues.module.css';

/** What an operator may do with a queue. */
export function QueueButtons({ queue }: { queue: QueueInfo }) {
  const [isEdited, { open, close }] = useDisclosure(false);
  return (
    <span className={classes.buttons}>
      <PauseButton name={queue.name} isPaused={queue.paused} />
      <Button size="compact-sm" variant="default" aria-label={`Limits of queue ${queue.name}`} onClick={open}>
        Limits
      </Button>
      {isEdited && <LimitsDialog queue={queue} onClose={close} />}
    </span>
  );
}
