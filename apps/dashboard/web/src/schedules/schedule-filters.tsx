import { Checkbox, Select } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { modelsQuery } from '../cluster.ts';
import { addressFault } from '../fault.ts';
import { changed, isNarrowed } from '../search/address.ts';
import { FilterField } from '../search/filter-field.tsx';
import { Filters } from '../search/filters.tsx';
import { methodSearch } from '../search/ledger-search.ts';
import { methodSuggestions } from '../search/suggestions.ts';
import { useIsClusterWide } from '../session/session.ts';
import { ownerLooks, owners } from './schedule-looks.ts';
import classes from './schedules.module.css';
import { type SchedulesSearch, textLengths } from './schedules-search.ts';

const route = getRouteApi('/inside/schedules');
const any = 'any';
const ownerOptions = [
  { value: any, label: 'Any owner' },
  ...owners.map((value) => ({ value, label: ownerLooks[value].label })),
];

/** Everything that is chosen stands in the address. @param error why the API refused the search, if it did */
export function ScheduleFilters({ error }: { error: unknown }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const isClusterWide = useIsClusterWide();
  const { data: models = [] } = useQuery({ ...modelsQuery, refetchInterval: false });
  const set = (change: Partial<SchedulesSearch>) =>
    void navigate({ search: (before) => changed(before, change), resetScroll: false });
  return (
    <Filters
      isDense
      isNarrowed={isNarrowed({ ...search, state: undefined })}
      onClear={() => void navigate({ search: { state: search.state }, resetScroll: false })}
    >
      <FilterField
        label="Words"
        value={search.q ?? ''}
        placeholder="Name, method, sentence, …"
        icon={IconSearch}
        error={addressFault(error, 'q')}
        maxLength={textLengths.q}
        onChange={(q) => set({ q: q || undefined })}
      />
      <FilterField
        label="Model or method"
        value={search.method ?? search.model ?? ''}
        options={methodSuggestions(models)}
        error={addressFault(error, 'method') ?? addressFault(error, 'model')}
        maxLength={textLengths.method}
        onChange={(said) =>
          set(
            methodSearch(
              said,
              models.map(({ model }) => model),
            ),
          )
        }
      />
      <Select
        label="Owner"
        size="xs"
        data={ownerOptions}
        value={search.owner ?? any}
        allowDeselect={false}
        onChange={(chosen) => set({ owner: owners.find((owner) => owner === chosen) })}
      />
      {(isClusterWide || search.company !== undefined) && (
        <FilterField
          label="Company"
          value={search.company ?? ''}
          error={addressFault(error, 'company')}
          maxLength={textLengths.company}
          onChange={(company) => set({ company: company || undefined })}
        />
      )}
      <Checkbox
        className={classes.drift}
        size="xs"
        label="Differs from code"
        checked={search.drift === true}
        onChange={(event) => set({ drift: event.currentTarget.checked || undefined })}
      />
    </Filters>
  );
}
