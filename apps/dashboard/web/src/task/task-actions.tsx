import type { Task } from '@drover/core';
import { Button } from '@mantine/core';
import { IconBan, IconBolt, IconPencil, IconRefresh, IconSkull, type TablerIcon } from '@tabler/icons-react';
import { useState } from 'react';
import { useMay, useMayKill } from '../session/session.ts';
import { actionsOf, type TaskAction } from '../state.ts';
import { ActionConfirmation } from './action-confirmation.tsx';
import { EditDialog } from './edit-dialog.tsx';
import { KillDialog } from './kill-dialog.tsx';

const looks: Record<TaskAction, { label: string; icon: TablerIcon }> = {
  'run-now': { label: 'Run now', icon: IconBolt },
  retry: { label: 'Retry', icon: IconRefresh },
  edit: { label: 'Edit', icon: IconPencil },
  cancel: { label: 'Cancel', icon: IconBan },
  kill: { label: 'Kill …', icon: IconSkull },
};

/** What this person may do with the task as it is. */
export function TaskActions({ task }: { task: Task }) {
  const canOperate = useMay('operate');
  const mayKill = useMayKill();
  const [asked, setAsked] = useState<TaskAction>();
  const actions = canOperate ? actionsOf(task.state).filter((action) => action !== 'kill' || mayKill) : [];
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
      {asked === 'kill' && <KillDialog task={task} onClose={close} />}
      {asked !== undefined && asked !== 'edit' && asked !== 'kill' && (
        <ActionConfirmation action={asked} task={task} onClose={close} />
      )}
    </>
  );
}
