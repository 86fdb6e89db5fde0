import type { Job } from '@drover/core';
import { Button, Menu } from '@mantine/core';
import {
  IconCalendarPlus,
  IconChevronDown,
  IconCopy,
  IconPencil,
  IconPlayerPlay,
  IconTrash,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ButtonLink } from '../../page-link.tsx';
import { useMay } from '../../session/session.ts';
import { DeleteDialog } from './delete-dialog.tsx';
import { RunDialog } from './run-dialog.tsx';

/** What this person may do with the job as it is. */
export function JobActions({ job }: { job: Job }) {
  const canOperate = useMay('operate');
  const isAdmin = useMay('admin');
  const [asked, setAsked] = useState<'run' | 'delete'>();
  const close = () => setAsked(undefined);
  const { id } = job;
  return (
    <>
      {canOperate && (
        <Button
          leftSection={<IconPlayerPlay size={16} aria-hidden />}
          disabled={!job.active}
          title={job.active ? undefined : 'It is not active'}
          onClick={() => setAsked('run')}
        >
          Run …
        </Button>
      )}
      {isAdmin && (
        <>
          <ButtonLink
            to="/jobs/$id/edit"
            params={{ id }}
            variant="default"
            leftSection={<IconPencil size={16} aria-hidden />}
          >
            Edit
          </ButtonLink>
          <Menu position="bottom-end">
            <Menu.Target>
              <Button variant="default" rightSection={<IconChevronDown size={14} aria-hidden />}>
                More
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item
                leftSection={<IconCopy size={15} aria-hidden />}
                renderRoot={(props) => <Link to="/jobs/new" search={{ from: id }} {...props} />}
              >
                Copy
              </Menu.Item>
              <Menu.Item
                leftSection={<IconCalendarPlus size={15} aria-hidden />}
                renderRoot={(props) => <Link to="/schedules/new" search={{ job: id }} {...props} />}
              >
                Schedule it
              </Menu.Item>
              <Menu.Divider />
              <Menu.Item leftSection={<IconTrash size={15} aria-hidden />} onClick={() => setAsked('delete')}>
                Delete …
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </>
      )}
      {asked === 'run' && <RunDialog job={job} onClose={close} />}
      {asked === 'delete' && <DeleteDialog job={job} onClose={close} />}
    </>
  );
}
