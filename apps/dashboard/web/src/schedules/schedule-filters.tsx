import { DroverError } from '@drover/client';
import { Button, Checkbox, Paper, Select } from '@mantine/core';
import { IconSearch, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { modelsQuery } from '../cluster.ts';
import { FilterField } from '../search/filter-field.tsx';
import { methodSearch } from '../search/ledger-search.ts';
import { methodSuggestions } from '../search/suggestions.ts';
import { useIsClusterWide } from '../session/session.ts';
import { ownerLooks, owners } from './schedule-looks.ts';
import classes from './schedules.module.css';
import { changed, isNarrowed, type SchedulesSearch, textLengths } from './schedules-search.ts';

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
    <Paper component="search" aria-label="Filters" className={classes.filters}>
      <FilterField
        label="Words"
        value={search.q ?? ''}
        placeholder="Name, method, sentence, …"
        icon={IconSearch}
        error={faultOf(error, 'q')}
        maxLength={textLengths.q}
        onChange={(q) => set({ q: q || undefined })}
      />
      <FilterField
        label="Model or method"
        value={search.method ?? search.model ?? ''}
        options={methodSuggestions(models)}
        error={faultOf(error, 'method') ?? faultOf(error, 'model')}
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
          error={faultOf(error, 'company')}
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
      {isNarrowed({ ...search, state: undefined }) && (
        <Button
          size="xs"
          variant="default"
          className={classes.all}
          leftSection={<IconX size={14} aria-hidden />}
          onClick={() => void navigate({ search: { state: search.state }, resetScroll: false })}
        >
          Clear the filters
        </Button>
      )}
    </Paper>
  );
}

/** What the API says of a field of the address. */
function faultOf(error: unknown, field: string): string | undefined {
  if (!(error instanceof DroverError)) return undefined;
  return error.faults.find(({ pointer }) => pointer === `?${field}`)?.message;
}
