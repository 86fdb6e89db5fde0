import { DroverError } from '@drover/client';
import { Button, Paper } from '@mantine/core';
import { IconSearch, IconX } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { FilterField } from '../search/filter-field.tsx';
import { useIsClusterWide } from '../session/session.ts';
import classes from './jobs.module.css';
import { changed, isNarrowed, textLengths } from './jobs-search.ts';

const route = getRouteApi('/inside/jobs');

/** Everything that is chosen stands in the address. @param error why the API refused the search, if it did */
export function JobFilters({ error }: { error: unknown }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const isClusterWide = useIsClusterWide();
  const field = (name: keyof typeof textLengths) => ({
    value: search[name] ?? '',
    error: faultOf(error, name),
    maxLength: textLengths[name],
    onChange: (said: string) =>
      void navigate({ search: (before) => changed(before, { [name]: said || undefined }), resetScroll: false }),
  });
  return (
    <Paper component="search" aria-label="Filters" className={classes.filters}>
      <FilterField label="Words" placeholder="Name, description, method" icon={IconSearch} {...field('q')} />
      <FilterField label="Module" {...field('module')} />
      {(isClusterWide || search.company !== undefined) && <FilterField label="Company" {...field('company')} />}
      {isNarrowed({ ...search, active: undefined }) && (
        <Button
          size="xs"
          variant="default"
          className={classes.all}
          leftSection={<IconX size={14} aria-hidden />}
          onClick={() => void navigate({ search: { active: search.active }, resetScroll: false })}
        >
          Clear the filters
        </Button>
      )}
    </Paper>
  );
}

/** What the API says of a field of the address. */
export function faultOf(error: unknown, field: string): string | undefined {
  if (!(error instanceof DroverError)) return undefined;
  return error.faults.find(({ pointer }) => pointer === `?${field}`)?.message;
}
