import { Select } from '@mantine/core';
import { ownZone } from './zone.ts';

type Props = {
  zone: string;
  /** Undefined: the browser's own. */
  onChange: (zone: string | undefined) => void;
};

/** In which zone a page is read. */
export function ZoneSelect({ zone, onChange }: Props) {
  return (
    <Select
      aria-label="Time zone"
      size="xs"
      w="14rem"
      searchable
      limit={100}
      allowDeselect={false}
      nothingFoundMessage="No such zone"
      value={zone}
      data={zonesWith(zone)}
      onChange={(chosen) => chosen !== null && onChange(chosen === ownZone() ? undefined : chosen)}
    />
  );
}

/** The zones that the browser knows; the own one and UTC first. */
export function zonesWith(zone: string): { value: string; label: string }[] {
  const names = new Set([zone, ownZone(), 'UTC', ...Intl.supportedValuesOf('timeZone')]);
  return [...names].map((name) => ({ value: name, label: name.replaceAll('_', ' ') }));
}
