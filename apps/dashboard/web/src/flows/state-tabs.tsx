import { IconListDetails } from '@tabler/icons-react';
import { linkOptions } from '@tanstack/react-router';
import { changed } from '../search/address.ts';
import { Tabs } from '../search/tabs.tsx';
import { flowLooks, flowStates } from './flow-looks.ts';
import type { FlowsSearch } from './flows-search.ts';

/** All flows, or those in one state. */
export function StateTabs({ search }: { search: FlowsSearch }) {
  const choice = (state: FlowsSearch['state']) => ({
    isChosen: search.state === state,
    link: linkOptions({ to: '/flows', search: changed(search, { state }) }),
  });
  const all = { label: 'All', icon: IconListDetails, ...choice(undefined) };
  const states = flowStates.map((state) => ({ ...flowLooks[state], ...choice(state) }));
  return <Tabs label="States" tabs={[all, ...states]} />;
}
