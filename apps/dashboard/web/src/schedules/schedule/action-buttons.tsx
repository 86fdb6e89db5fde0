import type { Schedule } from '@drover/core';
import { Button, Menu } from '@mantine/core';
import { IconCalendarPlus, IconChevronDown, IconCopy, IconPencil, IconTrash } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ButtonLink } from '../../page-link.tsx';
import { useMay } from '../../session/session.ts';
import { ActionDialog } from '../action-dialog.tsx';
import { actionsOf, actionWords, type ScheduleAction } from '../schedule-actions.ts';
import { BackfillDialog } from './backfill-dialog.tsx';
import { DeleteDialog } from './delete-dialog.tsx';

type Asked = ScheduleAction | 'backfill' | 'delete';

/** What this person may do with the schedule as it is. */
export function ActionButtons({ schedule }: { schedule: Schedule }) {
  const canOperate = useMay('operate');
  const isAdmin = useMay('admin');
  const [asked, setAsked] = useState<Asked>();
  const close = () => setAsked(undefined);
  const actions = canOperate ? actionsOf(schedule) : [];
  return (
    <>
      {actions.map((action) => {
        const { label, icon: Icon } = actionWords(action, schedule);
        return (
          <Button
            key={action}
            variant={action === 'reschedule' ? 'filled' : 'default'}
            leftSection={<Icon size={16} aria-hidden />}
            onClick={() => setAsked(action)}
          >
            {label}
          </Button>
        );
      })}
      {isAdmin && (
        <>
          <ButtonLink
            to="/schedules/$id/edit"
            params={{ id: schedule.id }}
            variant="default"
            leftSection={<IconPencil size={16} aria-hidden />}
          >
            Edit
          </ButtonLink>
          <MoreMenu schedule={schedule} onAsk={setAsked} />
        </>
      )}
      {asked === 'backfill' && <BackfillDialog schedule={schedule} onClose={close} />}
      {asked === 'delete' && <DeleteDialog schedule={schedule} onClose={close} />}
      {asked !== undefined && asked !== 'backfill' && asked !== 'delete' && (
        <ActionDialog action={asked} schedule={schedule} onClose={close} />
      )}
    </>
  );
}

function MoreMenu({ schedule, onAsk }: { schedule: Schedule; onAsk: (asked: Asked) => void }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" rightSection={<IconChevronDown size={14} aria-hidden />}>
          More
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconCopy size={15} aria-hidden />}
          renderRoot={(props) => <Link to="/schedules/new" search={{ from: schedule.id }} {...props} />}
        >
          Copy
        </Menu.Item>
        {schedule.timing !== 'immediately' && (
          <Menu.Item leftSection={<IconCalendarPlus size={15} aria-hidden />} onClick={() => onAsk('backfill')}>
            Backfill …
          </Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Item leftSection={<IconTrash size={15} aria-hidden />} onClick={() => onAsk('delete')}>
          Delete …
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
