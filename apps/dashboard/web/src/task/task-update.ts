import type { Task } from '@drover/core';
import { useQueryClient } from '@tanstack/react-query';
import { queuesQuery, taskQuery } from '../cluster.ts';

/** Shows at once what a change made of a task, and lets everything that counts it ask again. */
export function useTaskUpdate(): (task: Task) => void {
  const queryClient = useQueryClient();
  return (task) => {
    queryClient.setQueryData(taskQuery(task.id).queryKey, task);
    void queryClient.invalidateQueries({ queryKey: ['explain', task.id] });
    void queryClient.invalidateQueries({ queryKey: ['history', task.id] });
    void queryClient.invalidateQueries({ queryKey: ['tasks'] });
    void queryClient.invalidateQueries({ queryKey: queuesQuery.queryKey });
  };
}
