import type { Fault, Json, Task, TaskPatch } from '@drover/core';
import { JsonInput, NumberInput } from '@mantine/core';
import { messageOf } from '../fault.ts';
import { readJson, writeJson } from '../json-text.ts';
import { instantOf, localOf } from '../local-time.ts';
import { TimeInput } from '../time-input.tsx';

/** What the person has typed. */
export type Edit = { priority: number | string; runAt: string | null; args: string; kwargs: string };

export function editOf(task: Task): Edit {
  return {
    priority: task.priority,
    runAt: localOf(task.runAt),
    args: writeJson(task.args),
    kwargs: writeJson(task.kwargs),
  };
}

/** What of it is new, and what cannot be sent as it is. */
export function patchOf(task: Task, edit: Edit): { patch: TaskPatch; faults: Partial<Record<keyof Edit, string>> } {
  const faults: Partial<Record<keyof Edit, string>> = {};
  const patch: TaskPatch = {};
  if (task.state === 'requires_attention') {
    const args = readJson(edit.args);
    const kwargs = readJson(edit.kwargs);
    if ('fault' in args) faults.args = args.fault;
    else if (!Array.isArray(args.value)) faults.args = 'Positional arguments are a list: [ … ]';
    else if (isNew(args.value, task.args)) patch.args = args.value;
    if ('fault' in kwargs) faults.kwargs = kwargs.fault;
    else if (!isObject(kwargs.value)) faults.kwargs = 'Named arguments are an object: { … }';
    else if (isNew(kwargs.value, task.kwargs)) patch.kwargs = kwargs.value;
    return { patch, faults };
  }
  if (typeof edit.priority !== 'number') faults.priority = 'A whole number from 1 on; lower runs first';
  else if (edit.priority !== task.priority) patch.priority = edit.priority;
  if (task.state === 'scheduled' && edit.runAt !== null && edit.runAt !== localOf(task.runAt)) {
    patch.runAt = instantOf(edit.runAt);
  }
  return { patch, faults };
}

function isNew(value: Json, old: Json): boolean {
  return JSON.stringify(value) !== JSON.stringify(old);
}

function isObject(value: Json): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

type Props = {
  task: Task;
  edit: Edit;
  broken: Partial<Record<keyof Edit, string>>;
  /** What the API found wrong. */
  faults: readonly Fault[];
  onChange: (edit: Edit) => void;
};

export function EditFields({ task, edit, broken, faults, onChange }: Props) {
  const error = (field: keyof Edit) => broken[field] ?? messageOf(faults, field);
  if (task.state === 'requires_attention') {
    return (
      <>
        {(['args', 'kwargs'] as const).map((field) => (
          <JsonInput
            key={field}
            label={field === 'args' ? 'Positional arguments' : 'Named arguments'}
            description={field === 'args' ? 'A list, as JSON' : 'An object, as JSON'}
            autosize
            minRows={3}
            maxRows={14}
            classNames={{ input: 'mono' }}
            value={edit[field]}
            error={error(field)}
            onChange={(text) => onChange({ ...edit, [field]: text })}
          />
        ))}
      </>
    );
  }
  return (
    <>
      <NumberInput
        label="Priority"
        description="Lower runs first. Tasks of the same priority run in order of creation."
        min={1}
        max={2_097_151}
        allowDecimal={false}
        value={edit.priority}
        error={error('priority')}
        onChange={(priority) => onChange({ ...edit, priority })}
      />
      {task.state === 'scheduled' && (
        <TimeInput
          label="Not before"
          description="In your time zone."
          value={edit.runAt}
          error={error('runAt')}
          onChange={(runAt) => onChange({ ...edit, runAt })}
        />
      )}
    </>
  );
}
