import type { Schedule } from '@drover/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { cluster, taskQuery } from '../cluster.ts';
import { Confirmation } from '../confirmation.tsx';
import { PauseDialog } from './pause-dialog.tsx';
import { actionWords, type ScheduleAction } from './schedule-actions.ts';
import { useTaskMade } from './task-made.tsx';
import { useScheduleUpdate } from './use-schedule-update.ts';

type Props = { action: ScheduleAction; schedule: Schedule; onClose: () => void };

/** Asks before something is done with a schedule, and does it. */
export function ActionDialog({ action, schedule, onClose }: Props) {
  switch (action) {
    case 'pause':
      return <PauseDialog schedule={schedule} onClose={onClose} />;
    case 'run':
      return <RunDialog schedule={schedule} onClose={onClose} />;
    case 'unschedule':
    case 'reschedule':
      return <StateDialog action={action} schedule={schedule} onClose={onClose} />;
    default:
      return action satisfies never;
  }
}

function RunDialog({ schedule, onClose }: Omit<Props, 'action'>) {
  const queryClient = useQueryClient();
  const tell = useTaskMade();
  const { title, confirm, follows, done } = actionWords('run', schedule);
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => cluster.schedules.run(schedule.id),
    onSuccess: (task) => {
      queryClient.setQueryData(taskQuery(task.id).queryKey, task);
      for (const name of ['schedules', 'schedule', 'schedule-fires']) {
        void queryClient.invalidateQueries({ queryKey: [name] });
      }
      tell(done, task.id);
      onClose();
    },
  });
  return (
    <Confirmation
      title={title}
      confirm={confirm}
      isOpen
      isPending={isPending}
      error={error}
      onConfirm={() => mutate()}
      onClose={onClose}
    >
      {follows}
    </Confirmation>
  );
}

function StateDialog({ action, schedule, onClose }: Props & { action: 'unschedule' | 'reschedule' }) {
  const update = useScheduleUpdate();
  const { title, confirm, follows, done } = actionWords(action, schedule);
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => cluster.schedules[action](schedule.id),
    onSuccess: (changed) => {
      update(changed);
      notifications.show({ message: done });
      onClose();
    },
  });
  return (
    <Confirmation
      title={title}
      confirm={confirm}
      isOpen
      isPending={isPending}
      isDangerous={action === 'unschedule'}
      error={error}
      onConfirm={() => mutate()}
      onClose={onClose}
    >
      {follows}
    </Confirmation>
  );
}
