import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { cluster } from '../cluster.ts';
import { pauseOf } from '../live/pause.ts';

/** How often the page asks again, ms. */
const steadily = 3_000;
const seldom = 15_000;

/** What waits for a person, newest first. Its key lets every change of a task ask again. */
export const inboxQuery = (cursor: string | undefined) =>
  queryOptions({
    queryKey: ['tasks', 'attention', cursor ?? ''],
    queryFn: ({ signal }) => cluster.tasks.list({ state: 'requires_attention', limit: 25, cursor }, { signal }),
    refetchInterval: () => pauseOf('all', steadily),
    placeholderData: keepPreviousData,
  });

export const failuresQuery = queryOptions({
  queryKey: ['failures'],
  queryFn: ({ signal }) => cluster.failures({ signal }),
  refetchInterval: seldom,
});
