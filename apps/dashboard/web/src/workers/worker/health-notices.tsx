import type { WorkerInfo } from '@drover/core';
import { Text } from '@mantine/core';
import { IconAlertTriangle, IconGhost2, IconHeartQuestion, IconHourglass } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Moment } from '../../moment.tsx';
import { Notice } from '../../notice.tsx';
import { Told } from '../../task/told.tsx';
import { pressureLooks, suspectMeans, workerLooks } from '../worker-looks.ts';
import { askedWords, isSettled, type Unanswered } from './worker-actions.ts';

/** What people should know before they go on: it is late, lost, tainted, holds something back, or has not answered. */
export function HealthNotices({ worker, unanswered }: { worker: WorkerInfo; unanswered: Unanswered | undefined }) {
  const { state, isSuspect, tainted, pressure = [], lastHeartbeatAt } = worker;
  return (
    <>
      {unanswered !== undefined && !isSettled(unanswered, worker) && (
        <Notice role="status" tone="amber" icon={IconHourglass} title="It has not answered yet">
          <Said>It was asked {askedWords(unanswered)}, and does so as soon as it hears of it.</Said>
        </Notice>
      )}
      {state === 'lost' && (
        <Notice role="note" tone="red" icon={IconGhost2} title="It is lost">
          <Said>
            {workerLooks.lost.means} It was last heard <Moment at={lastHeartbeatAt} />.
          </Said>
        </Notice>
      )}
      {isSuspect && state !== 'lost' && (
        <Notice role="note" tone="amber" icon={IconHeartQuestion} title="It is suspect">
          <Said>
            {suspectMeans} It was last heard <Moment at={lastHeartbeatAt} />.
          </Said>
        </Notice>
      )}
      {tainted !== undefined && (
        <Notice role="note" tone="red" icon={IconAlertTriangle} title="It is tainted">
          <Said>
            <Told sentence={tainted} />: it takes nothing new, and is replaced when its other tasks are done.
          </Said>
        </Notice>
      )}
      {pressure.map(({ kind, message, since }) => (
        <Notice key={kind} role="note" tone="amber" icon={pressureLooks[kind].icon} title={pressureLooks[kind].label}>
          <Said>
            <Told sentence={message} /> It began <Moment at={since} />.
          </Said>
        </Notice>
      ))}
    </>
  );
}

function Said({ children }: { children: ReactNode }) {
  return (
    <Text size="sm" c="var(--mantine-color-text)">
      {children}
    </Text>
  );
}
