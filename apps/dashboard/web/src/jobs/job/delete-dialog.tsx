import type { Job } from '@drover/core';
import { cluster } from '../../cluster.ts';
import { Deletion } from '../../deletion.tsx';

/** Asks before a job is deleted. One that a schedule runs is refused. */
export function DeleteDialog({ job, onClose }: { job: Job; onClose: () => void }) {
  const { id, version } = job;
  return (
    <Deletion what="job" thing={job} remove={() => cluster.jobs.remove(id, { version })} onClose={onClose}>
      It runs no more. Its results stay as long as their tasks are kept. It cannot be brought back.
    </Deletion>
  );
}
