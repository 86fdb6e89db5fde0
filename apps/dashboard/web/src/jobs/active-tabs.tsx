import { IconListDetails, IconPlayerPause, IconRepeat } from '@tabler/icons-react';
import { linkOptions } from '@tanstack/react-router';
import { changed } from '../search/address.ts';
import { Tabs } from '../search/tabs.tsx';
import type { JobsSearch } from './jobs-search.ts';

/** All jobs, or those that are active, or not. */
export function ActiveTabs({ search }: { search: JobsSearch }) {
  const choice = (active: JobsSearch['active']) => ({
    isChosen: search.active === active,
    link: linkOptions({ to: '/jobs', search: changed(search, { active }) }),
  });
  const tabs = [
    { label: 'All', icon: IconListDetails, ...choice(undefined) },
    { label: 'Active', icon: IconRepeat, ...choice(true) },
    { label: 'Not active', icon: IconPlayerPause, ...choice(false) },
  ];
  return <Tabs label="States" tabs={tabs} />;
}
