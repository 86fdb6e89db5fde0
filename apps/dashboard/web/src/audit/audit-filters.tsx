import { Button, Select, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { type KeyboardEvent, useState } from 'react';
import { instantOf, localOf } from '../local-time.ts';
import { isNarrowed } from '../search/address.ts';
import { TimeInput } from '../time-input.tsx';
import classes from './audit.module.css';
import type { AuditPageSearch } from './audit-search.ts';
import { actionChoices, auditLooks, auditOutcomes, isAuditOutcome } from './audit-words.ts';

const route = getRouteApi('/inside/audit');

const any = '';

/** What is chosen stands in the address. What is typed counts with Enter, or when one leaves the field. */
export function AuditFilters() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: Partial<AuditPageSearch>) => {
    const isNew = Object.entries(change).some(([name, value]) => search[name as keyof AuditPageSearch] !== value);
    if (isNew) void navigate({ search: (before) => ({ ...before, ...change, cursor: undefined }), resetScroll: false });
  };
  const outcomes = auditOutcomes.map((value) => ({ value, label: auditLooks[value].label }));
  return (
    <search className={classes.filters} aria-label="Filters">
      <Select
        label="Action"
        size="xs"
        searchable
        allowDeselect={false}
        data={[{ value: any, label: 'All actions' }, ...actionChoices(search.action)]}
        value={search.action ?? any}
        onChange={(chosen) => set({ action: chosen || undefined })}
      />
      <Select
        label="Outcome"
        size="xs"
        allowDeselect={false}
        data={[{ value: any, label: 'All outcomes' }, ...outcomes]}
        value={search.outcome ?? any}
        onChange={(chosen) => set({ outcome: isAuditOutcome(chosen) ? chosen : undefined })}
      />
      {/* The key makes a field anew when the address changes without it. */}
      <TextFilter
        key={`key ${search.key}`}
        label="Key"
        hint="Name or id"
        value={search.key}
        onSet={(key) => set({ key })}
      />
      <TextFilter
        key={`target ${search.target}`}
        label="Target"
        hint="Task id, queue, key id"
        value={search.target}
        onSet={(target) => set({ target })}
      />
      <TimeFilter key={`from ${search.from}`} label="Since" value={search.from} onSet={(from) => set({ from })} />
      <TimeFilter key={`to ${search.to}`} label="Before" value={search.to} onSet={(to) => set({ to })} />
      {isNarrowed(search) && (
        <Button
          size="xs"
          variant="default"
          className={classes.all}
          leftSection={<IconX size={14} aria-hidden />}
          onClick={() => void navigate({ search: {}, resetScroll: false })}
        >
          Show all
        </Button>
      )}
    </search>
  );
}

type FilterProps = { label: string; value: string | undefined; onSet: (value: string | undefined) => void };

function TextFilter({ label, hint, value, onSet }: FilterProps & { hint: string }) {
  const [text, setText] = useState(value ?? '');
  const submit = () => onSet(text.trim() || undefined);
  return (
    <TextInput
      label={label}
      placeholder={hint}
      size="xs"
      maxLength={200}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={submit}
      onKeyDown={onEnter(submit)}
    />
  );
}

function TimeFilter({ label, value, onSet }: FilterProps) {
  const [local, setLocal] = useState(value === undefined ? null : localOf(value));
  const submit = () => onSet(local === null ? undefined : instantOf(local));
  return (
    <TimeInput
      label={label}
      size="xs"
      className={classes.time}
      value={local}
      onChange={setLocal}
      onBlur={submit}
      onKeyDown={onEnter(submit)}
    />
  );
}

function onEnter(submit: () => void) {
  return ({ key }: KeyboardEvent) => {
    if (key === 'Enter') submit();
  };
}
