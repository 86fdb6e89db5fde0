import type { Schedule } from '@drover/core';
import { useQueryClient } from '@tanstack/react-query';
import { scheduleQuery } from './schedule-queries.ts';

/** Shows at once what a change made of a schedule, and lets everything that shows it ask again. */
export function useScheduleUpdate(): (schedule: Schedule) => void {
  const queryClient = useQueryClient();
  return (schedule) => {
    queryClient.setQueryData(scheduleQuery(schedule.id).queryKey, schedule);
    for (const name of ['schedules', 'schedule-calendar']) {
      void queryClient.invalidateQueries({ queryKey: [name] });
    }
    for (const name of ['schedule-fires', 'schedule-next']) {
      void queryClient.invalidateQueries({ queryKey: [name, schedule.id] });
    }
  };
}
