import type { Schedule } from '@drover/core';
import { ActionIcon, Menu } from '@mantine/core';
import { IconCopy, IconDotsVertical, IconPencil } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useMay } from '../session/session.ts';
import { actionsOf, actionWords, type ScheduleAction } from './schedule-actions.ts';

type Props = { schedule: Schedule; onAct: (action: ScheduleAction) => void };

/** What this person may do with a schedule of the list. */
export function ScheduleMenu({ schedule, onAct }: Props) {
  const isAdmin = useMay('admin');
  const { id } = schedule;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`Actions: ${schedule.name}`}>
          <IconDotsVertical size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {actionsOf(schedule).map((action) => {
          const { label, icon: Icon } = actionWords(action, schedule);
          return (
            <Menu.Item key={action} leftSection={<Icon size={15} aria-hidden />} onClick={() => onAct(action)}>
              {label}
            </Menu.Item>
          );
        })}
        {isAdmin && (
          <>
            <Menu.Divider />
            <Menu.Item
              leftSection={<IconPencil size={15} aria-hidden />}
              renderRoot={(props) => <Link to="/schedules/$id/edit" params={{ id }} {...props} />}
            >
              Edit
            </Menu.Item>
            <Menu.Item
              leftSection={<IconCopy size={15} aria-hidden />}
              renderRoot={(props) => <Link to="/schedules/new" search={{ from: id }} {...props} />}
            >
              Copy
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
