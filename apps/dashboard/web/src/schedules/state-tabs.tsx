import { IconListDetails } from '@tabler/icons-react';
import { linkOptions } from '@tanstack/react-router';
import { changed } from '../search/address.ts';
import { Tabs } from '../search/tabs.tsx';
import { scheduleLooks, scheduleStates } from './schedule-looks.ts';
import type { SchedulesSearch } from './schedules-search.ts';

/** All schedules, or those in one state. */
export function StateTabs({ search }: { search: SchedulesSearch }) {
  const choice = (state: SchedulesSearch['state']) => ({
    isChosen: search.state === state,
    link: linkOptions({ to: '/schedules', search: changed(search, { state }) }),
  });
  const all = { label: 'All', icon: IconListDetails, ...choice(undefined) };
  const states = scheduleStates.map((state) => ({ ...scheduleLooks[state], ...choice(state) }));
  return <Tabs label="States" tabs={[all, ...states]} />;
}
