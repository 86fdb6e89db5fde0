import { IconSearch } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { addressFault } from '../fault.ts';
import { changed, isNarrowed } from '../search/address.ts';
import { FilterField } from '../search/filter-field.tsx';
import { Filters } from '../search/filters.tsx';
import { useIsClusterWide } from '../session/session.ts';
import { textLengths } from './flows-search.ts';

const route = getRouteApi('/inside/flows');

/** Everything that is chosen stands in the address. @param error why the API refused the search, if it did */
export function FlowFilters({ error }: { error: unknown }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const isClusterWide = useIsClusterWide();
  const field = (name: keyof typeof textLengths) => ({
    value: search[name] ?? '',
    error: addressFault(error, name),
    maxLength: textLengths[name],
    onChange: (said: string) =>
      void navigate({ search: (before) => changed(before, { [name]: said || undefined }), resetScroll: false }),
  });
  return (
    <Filters
      isNarrowed={isNarrowed({ ...search, state: undefined })}
      onClear={() => void navigate({ search: { state: search.state }, resetScroll: false })}
    >
      <FilterField label="Words" placeholder="In its name" icon={IconSearch} {...field('q')} />
      {(isClusterWide || search.company !== undefined) && <FilterField label="Company" {...field('company')} />}
      {search.job !== undefined && <FilterField label="Job" {...field('job')} />}
      {search.schedule !== undefined && <FilterField label="Schedule" {...field('schedule')} />}
    </Filters>
  );
}
