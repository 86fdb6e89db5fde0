import { limits } from '@drover/core';
import { Checkbox, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { NameFields } from '../../saving/name-fields.tsx';
import { useIsClusterWide } from '../../session/session.ts';
import { zonesWith } from '../../zone-select.tsx';
import type { JobDraft } from './job-draft.ts';

type Props = {
  draft: JobDraft;
  /** It stays with its company once it is made. */
  isNew: boolean;
  set: (change: Partial<JobDraft>) => void;
  errorOf: (pointer: string) => string | undefined;
};

const order: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error'];

/** What it is called, whose it is, and how it goes on when something fails. */
export function HeadFields({ draft, isNew, set, errorOf }: Props) {
  const isClusterWide = useIsClusterWide();
  return (
    <Stack gap="sm">
      <NameFields draft={draft} set={set} errorOf={errorOf} />
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
        <TextInput
          label="Module"
          description="What groups jobs for export and import."
          inputWrapperOrder={order}
          autoComplete="off"
          maxLength={limits.identityLength}
          value={draft.module}
          error={errorOf('/module')}
          onChange={(event) => set({ module: event.currentTarget.value })}
        />
        <Select
          label="Time zone"
          description="Says which day ${today} is."
          inputWrapperOrder={order}
          searchable
          limit={100}
          allowDeselect={false}
          nothingFoundMessage="No such zone"
          value={draft.timeZone}
          data={zonesWith(draft.timeZone)}
          error={errorOf('/timeZone')}
          onChange={(timeZone) => timeZone !== null && set({ timeZone })}
        />
        {isNew && isClusterWide && (
          <TextInput
            label="Company"
            description="Without one it is global."
            inputWrapperOrder={order}
            autoComplete="off"
            maxLength={limits.identityLength}
            value={draft.company}
            error={errorOf('/company')}
            onChange={(event) => set({ company: event.currentTarget.value })}
          />
        )}
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <Checkbox
          label="Active"
          description="One that is not runs neither by hand nor by schedule."
          checked={draft.active}
          onChange={({ currentTarget }) => set({ active: currentTarget.checked })}
        />
        <Checkbox
          label="Stops on the first error"
          description="Else the next lines run all the same, and the result is a warning."
          checked={draft.stopsOnError}
          onChange={({ currentTarget }) => set({ stopsOnError: currentTarget.checked })}
        />
      </SimpleGrid>
    </Stack>
  );
}
