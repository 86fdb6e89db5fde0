import { useQueryClient } from '@tanstack/react-query';
import { overviewQuery, queuesQuery } from '../../cluster.ts';

/** Lets everything that shows a flow, or one of its tasks, ask again. */
export function useFlowUpdate(id: string): () => void {
  const queryClient = useQueryClient();
  return () => {
    void queryClient.invalidateQueries({ queryKey: ['flow', id] });
    for (const name of ['flows', 'tasks', 'task']) void queryClient.invalidateQueries({ queryKey: [name] });
    for (const { queryKey } of [queuesQuery, overviewQuery]) void queryClient.invalidateQueries({ queryKey });
  };
}
