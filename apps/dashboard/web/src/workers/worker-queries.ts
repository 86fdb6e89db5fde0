import type { WorkerDetails, WorkerInfo } from '@drover/core';
import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { cluster, overviewQuery, workersQuery } from '../cluster.ts';

/** How often the page of a worker asks again, ms, while somebody looks at it. */
const often = 2_000;

export const workerQuery = (id: string) =>
  queryOptions({
    queryKey: ['worker', id],
    queryFn: ({ signal }) => cluster.workers.get(id, { signal }),
    refetchInterval: often,
  });

/** Shows at once what a change made of a worker, and lets everything that shows it ask again. */
export function useWorkerUpdate(): (worker: WorkerInfo) => void {
  const queryClient = useQueryClient();
  return (worker) => {
    queryClient.setQueryData(workerQuery(worker.id).queryKey, (known: WorkerDetails | undefined) =>
      known === undefined ? undefined : { ...known, ...worker },
    );
    for (const { queryKey } of [workerQuery(worker.id), workersQuery, overviewQuery]) {
      void queryClient.invalidateQueries({ queryKey });
    }
  };
}
