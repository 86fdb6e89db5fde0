import type { Task } from '@drover/core';
import { Button } from '@mantine/core';
import { IconBan, IconBolt, IconPencil, IconRefresh, type TablerIcon } from '@tabler/icons-react';
import { useState } from 'react';
import { useMay } from '../session/session.ts';
import { actionsOf, type TaskAction } from '../state.ts';
import { ActionConfirmation } from './action-confirmation.tsx';
import { EditDialog } from './edit-dialog.tsx';

const looks: Record<TaskAction, { label: string; icon: TablerIcon }> = {
  'run-now': { label: 'Run now', icon: IconBolt },
  retry: { label: 'Retry', icon: IconRefresh },
  edit: { label: 'Edit', icon: IconPencil },
  cancel: { label: 'Cancel', icon: IconBan },
};

/** What this person may do with the task as it is. */
export function TaskActions({ task }: { task: Task }) {
  const canOperate = useMay('operate');
  const [asked, setAsked] = useState<TaskAction>();
  const actions = canOperate ? actionsOf(task.state) : [];
  const close = () => setAsked(undefined);
  return (
    <>
      {actions.map((action) => {
        const { label, icon: Icon } = looks[action];
        return (
          <Button
            key={action}
            variant={action === 'retry' ? 'filled' : 'default'}
            leftSection={<Icon size={16} aria-hidden />}
            onClick={() => setAsked(action)}
          >
            {label}
          </Button>
        );
      })}
      {asked === 'edit' && <EditDialog task={task} onClose={close} />}
      {asked !== undefined && asked !== 'edit' && <ActionConfirmation action={asked} task={task} onClose={close} />}
    </>
  );
}
