import type { Job } from '@drover/core';
import { ActionIcon, Menu } from '@mantine/core';
import { IconCopy, IconDotsVertical, IconListDetails, IconPencil, IconPlayerPlay } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useMay } from '../session/session.ts';

type Props = { job: Job; onRun: () => void };

/** What this person may do with a job of the list. */
export function JobMenu({ job, onRun }: Props) {
  const isAdmin = useMay('admin');
  const { id } = job;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`Actions: ${job.name}`}>
          <IconDotsVertical size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPlayerPlay size={15} aria-hidden />} disabled={!job.active} onClick={onRun}>
          Run …
        </Menu.Item>
        <Menu.Item
          leftSection={<IconListDetails size={15} aria-hidden />}
          renderRoot={(props) => <Link to="/job-results" search={{ job: id }} {...props} />}
        >
          Results
        </Menu.Item>
        {isAdmin && (
          <>
            <Menu.Divider />
            <Menu.Item
              leftSection={<IconPencil size={15} aria-hidden />}
              renderRoot={(props) => <Link to="/jobs/$id/edit" params={{ id }} {...props} />}
            >
              Edit
            </Menu.Item>
            <Menu.Item
              leftSection={<IconCopy size={15} aria-hidden />}
              renderRoot={(props) => <Link to="/jobs/new" search={{ from: id }} {...props} />}
            >
              Copy
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
