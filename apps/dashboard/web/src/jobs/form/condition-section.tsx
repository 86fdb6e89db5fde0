import { type Fault, fullMethodName, type ModelInfo } from '@drover/core';
import { Stack } from '@mantine/core';
import { useMinute } from '../../moment.tsx';
import type { FormContext } from '../../run/json-field.tsx';
import { messageAt } from '../../schedules/form/faults.ts';
import { isOffered, methodOf } from '../../schedules/form/template-draft.ts';
import { Section } from '../../section.tsx';
import { expressionsAt } from './expressions.ts';
import { type ConditionDraft, faultsUnder, newArguments } from './job-draft.ts';
import { LineArguments } from './line-arguments.tsx';
import { MethodSelect } from './method-select.tsx';

type Props = {
  condition: ConditionDraft;
  timeZone: string;
  models: readonly ModelInfo[];
  faults: readonly Fault[];
  onChange: (condition: ConditionDraft) => void;
  onBroken: FormContext['onBroken'];
};

/** What decides, when a schedule runs the job, whether its lines run. */
export function ConditionSection({ condition, timeZone, models, faults, onChange, onBroken }: Props) {
  const { fullName, args } = condition;
  const now = useMinute();
  const own = faultsUnder(faults, '/condition');
  const method = fullName === null ? undefined : methodOf(models, fullName);
  return (
    <Section title="Condition">
      <Stack gap="md">
        <MethodSelect
          label="Condition method"
          hint="Asked when a schedule runs the job: the lines run only if it returns true. May be left out."
          kind="action"
          models={models}
          fullName={fullName}
          error={messageAt(own, '/method') ?? messageAt(own, '/model')}
          onChoose={(chosen) =>
            onChange({ fullName: fullMethodName(chosen.model, chosen.method), args: newArguments(chosen) })
          }
          onClear={() => onChange({ fullName: null, args: { mode: 'form', args: [], kwargs: {} } })}
        />
        {method !== undefined && (
          <LineArguments
            key={`${fullName} ${isOffered(method)}`}
            id="condition"
            title="Arguments of the condition"
            method={method}
            draft={args}
            faults={own}
            expressions={expressionsAt({ before: [], timeZone, now })}
            onChange={(changed) => onChange({ ...condition, args: changed })}
            onBroken={onBroken}
          />
        )}
      </Stack>
    </Section>
  );
}
