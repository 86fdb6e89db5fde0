import { IconListDetails } from '@tabler/icons-react';
import { linkOptions } from '@tanstack/react-router';
import { changed } from '../../search/address.ts';
import { Tabs } from '../../search/tabs.tsx';
import { jobStatuses, statusLooks } from '../job-looks.ts';
import type { ResultsSearch } from './results-search.ts';

/** All results, or those of one status. */
export function StatusTabs({ search }: { search: ResultsSearch }) {
  const choice = (status: ResultsSearch['status']) => ({
    isChosen: search.status === status,
    link: linkOptions({ to: '/job-results', search: changed(search, { status }) }),
  });
  const all = { label: 'All', icon: IconListDetails, ...choice(undefined) };
  const statuses = jobStatuses.map((status) => ({ ...statusLooks[status], ...choice(status) }));
  return <Tabs label="Statuses" tabs={[all, ...statuses]} />;
}
