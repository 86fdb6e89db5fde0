import { IconSearch } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { addressFault } from '../fault.ts';
import { changed, isNarrowed } from '../search/address.ts';
import { FilterField } from '../search/filter-field.tsx';
import { Filters } from '../search/filters.tsx';
import { useIsClusterWide } from '../session/session.ts';
import { textLengths } from './jobs-search.ts';

const route = getRouteApi('/inside/jobs');

/** Everything that is chosen stands in the address. @param error why the API refused the search, if it did */
export function JobFilters({ error }: { error: unknown }) {
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
      isNarrowed={isNarrowed({ ...search, active: undefined })}
      onClear={() => void navigate({ search: { active: search.active }, resetScroll: false })}
    >
      <FilterField label="Words" placeholder="Name, description, method" icon={IconSearch} {...field('q')} />
      <FilterField label="Module" {...field('module')} />
      {(isClusterWide || search.company !== undefined) && <FilterField label="Company" {...field('company')} />}
    </Filters>
  );
}
