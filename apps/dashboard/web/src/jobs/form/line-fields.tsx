import type { Fault, JobLine, ModelInfo } from '@drover/core';
import { fullMethodName, limits } from '@drover/core';
import { Checkbox, NumberInput, SegmentedControl, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { FormContext } from '../../run/json-field.tsx';
import { messageAt } from '../../schedules/form/faults.ts';
import { isOffered, methodOf } from '../../schedules/form/template-draft.ts';
import type { Expression } from './expressions.ts';
import classes from './form.module.css';
import { type LineDraft, newArguments, shownMethod } from './job-draft.ts';
import { LineArguments } from './line-arguments.tsx';
import { LineOptions } from './line-options.tsx';
import { MethodSelect } from './method-select.tsx';

export type LineFieldProps = {
  line: LineDraft;
  models: readonly ModelInfo[];
  /** Their pointers stand in the line: `/kwargs/x`. */
  faults: readonly Fault[];
  expressions: readonly Expression[];
  onChange: (change: Partial<LineDraft>) => void;
  /** Another number, which may put the line at another place. */
  onNumber: (number: number | string) => void;
  onBroken: FormContext['onBroken'];
};

const kinds: { value: JobLine['kind']; label: string; means: string }[] = [
  { value: 'action', label: 'Action', means: 'Does something.' },
  {
    value: 'filter',
    label: 'Filter',
    means: 'Finds what the lines after it work on. Leaves it nothing, they are passed over.',
  },
];

/** Everything that can be said of one line. */
export function LineFields({ line, models, faults, expressions, onChange, onNumber, onBroken }: LineFieldProps) {
  const { kind, fullName, takesIds, args, revision } = line;
  const method = fullName === null ? undefined : methodOf(models, fullName);
  const shown = method && shownMethod(method, line);
  const errorOf = (field: string) => messageAt(faults, `/${field}`);
  /** What the form of the arguments has no place for any more. */
  const reshaped = (change: Pick<Partial<LineDraft>, 'kind' | 'takesIds'>) => {
    const next = { ...line, ...change };
    const known = method === undefined ? args : newArguments(shownMethod(method, next));
    const kept = known.mode === args.mode ? ({ ...known, kwargs: args.kwargs } as LineDraft['args']) : args;
    onChange({ ...change, args: kept, revision: revision + 1 });
  };
  return (
    <Stack gap="md" className={classes.fields}>
      <div className={classes.kind}>
        <NumberField number={line.number} error={errorOf('number')} onCommit={onNumber} />
        <div>
          <SegmentedControl
            aria-label="Kind"
            size="sm"
            value={kind}
            data={kinds.map(({ value, label }) => ({ value, label }))}
            onChange={(chosen) =>
              reshaped(chosen === 'filter' ? { kind: 'filter', takesIds: false } : { kind: 'action' })
            }
          />
          <Text size="xs" c="dimmed" mt={4}>
            {kinds.find(({ value }) => value === kind)?.means}
          </Text>
        </div>
      </div>
      <MethodSelect
        label="Method"
        hint={kind === 'filter' ? 'What finds them.' : 'What it runs.'}
        kind={kind}
        models={models}
        fullName={fullName}
        error={errorOf('method') ?? errorOf('model')}
        onChoose={(chosen) =>
          onChange({
            fullName: fullMethodName(chosen.model, chosen.method),
            args: newArguments(shownMethod(chosen, line)),
          })
        }
      />
      {kind === 'action' && (
        <Checkbox
          label="Takes the ids that the filter before it left"
          description="As its first argument."
          checked={takesIds}
          error={errorOf('takesIds')}
          onChange={({ currentTarget }) => reshaped({ takesIds: currentTarget.checked })}
        />
      )}
      {method !== undefined && shown !== undefined && (
        <LineArguments
          key={`${fullName} ${isOffered(method)} ${revision}`}
          id={line.key}
          title={kind === 'filter' ? 'What it looks for' : 'Arguments'}
          method={shown}
          draft={args}
          faults={faults}
          expressions={expressions}
          isNamedOnly={kind === 'filter'}
          onChange={(changed) => onChange({ args: changed })}
          onBroken={onBroken}
        />
      )}
      <LineOptions line={line} method={method} errorOf={errorOf} onChange={onChange} />
    </Stack>
  );
}

type NumberProps = {
  number: number | string;
  error: string | undefined;
  onCommit: (number: number | string) => void;
};

/** Counts when it is left, or with Enter: a line shall not jump while its number is typed. */
function NumberField({ number, error, onCommit }: NumberProps) {
  const [typed, setTyped] = useState<{ over: number | string; value: number | string }>();
  const value = typed?.over === number ? typed.value : number;
  const commit = () => {
    if (typed !== undefined && typed.over === number && typed.value !== number) onCommit(typed.value);
    setTyped(undefined);
  };
  return (
    <NumberInput
      label="Number"
      required
      w="8rem"
      min={1}
      max={limits.jobLineNumber}
      allowDecimal={false}
      value={value}
      error={error}
      onChange={(said) => setTyped({ over: number, value: said })}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return;
        event.preventDefault();
        commit();
      }}
    />
  );
}
