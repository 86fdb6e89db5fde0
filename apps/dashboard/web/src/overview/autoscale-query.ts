import { DroverError } from '@drover/client';
import { queryOptions } from '@tanstack/react-query';
import { cluster } from '../cluster.ts';

/** How often it is asked, ms: workers come and go slowly. */
const steadily = 5_000;
const seldom = 60_000;

/** How many workers there should be; null where the API does not say: an older one, or a key of one company. */
export const autoscaleQuery = queryOptions({
  queryKey: ['autoscale'],
  queryFn: async ({ signal }) => {
    try {
      return await cluster.autoscale({ signal });
    } catch (error) {
      if (error instanceof DroverError && (error.status === 404 || error.status === 403)) return null;
      throw error;
    }
  },
  refetchInterval: ({ state }) => (state.data === null ? seldom : steadily),
});
