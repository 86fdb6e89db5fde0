import type { Task } from '@drover/core';
import { useQueryClient } from '@tanstack/react-query';
import { overviewQuery, queuesQuery, taskQuery } from '../cluster.ts';

/** Shows at once what a change made of a task, and lets everything that counts it ask again. */
export function useTaskUpdate(): (task: Task) => void {
  const queryClient = useQueryClient();
  return (task) => {
    queryClient.setQueryData(taskQuery(task.id).queryKey, task);
    for (const name of ['explain', 'history']) void queryClient.invalidateQueries({ queryKey: [name, task.id] });
    void queryClient.invalidateQueries({ queryKey: ['tasks'] });
    for (const { queryKey } of [queuesQuery, overviewQuery]) void queryClient.invalidateQueries({ queryKey });
  };
}
