import type { Flow } from '@drover/core';
import { Button } from '@mantine/core';
import { IconBan, IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import { useMay } from '../../session/session.ts';
import { CancelDialog } from './cancel-dialog.tsx';
import { ResumeDialog } from './resume-dialog.tsx';

/** What this person may do with the flow as it is. */
export function FlowActions({ flow }: { flow: Flow }) {
  const canOperate = useMay('operate');
  const [asked, setAsked] = useState<'cancel' | 'resume'>();
  const close = () => setAsked(undefined);
  if (!canOperate) return null;
  const { error, cancelled } = flow.counts;
  return (
    <>
      {error + cancelled > 0 && (
        <Button leftSection={<IconPlayerPlay size={16} aria-hidden />} onClick={() => setAsked('resume')}>
          Resume …
        </Button>
      )}
      {flow.state === 'running' && (
        <Button variant="default" leftSection={<IconBan size={16} aria-hidden />} onClick={() => setAsked('cancel')}>
          Cancel …
        </Button>
      )}
      {asked === 'cancel' && <CancelDialog flow={flow} onClose={close} />}
      {asked === 'resume' && <ResumeDialog flow={flow} onClose={close} />}
    </>
  );
}
