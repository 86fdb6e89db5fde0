import type { Fault, MethodInfo, ModelInfo } from '@drover/core';
import { fullMethodName, limits } from '@drover/core';
import { NumberInput, Select } from '@mantine/core';
import { formatDuration } from '../../duration.ts';
import { ArgumentsSection } from '../../run/arguments-section.tsx';
import { Section } from '../../section.tsx';
import { ExpressionHint } from './expression-hint.tsx';
import { taskFaults } from './schedule-draft.ts';
import { TaskOptions } from './task-options.tsx';
import { isOffered, methodOf, type TemplateDraft, withMethod } from './template-draft.ts';

type Props = {
  task: TemplateDraft;
  /** Of what is chosen. */
  method: MethodInfo | undefined;
  models: readonly ModelInfo[];
  faults: readonly Fault[];
  onChange: (task: TemplateDraft) => void;
  onBroken: (id: string, isBroken: boolean) => void;
  /** The name of the schedule: its tasks are called so, if nothing else is said. */
  scheduleName: string;
};

/** What it makes at each fire: a method, its arguments, and how it is run. */
export function TaskSection({ task, method, models, faults, onChange, onBroken, scheduleName }: Props) {
  const own = taskFaults(faults);
  const errorOf = (field: string) =>
    own.find(({ pointer }) => pointer === `/${field}` || pointer.startsWith(`/${field}/`))?.message;
  return (
    <>
      <Section title="Task">
        <Select
          label="Method"
          description={
            method === undefined ? 'What it runs at each fire.' : method.description || 'No live worker offers it.'
          }
          placeholder="Choose a method"
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          searchable
          required
          allowDeselect={false}
          limit={200}
          nothingFoundMessage="No live worker offers such a method"
          data={choicesOf(models, task.fullName)}
          value={task.fullName}
          error={errorOf('method') ?? errorOf('model')}
          onChange={(chosen) => chosen !== null && onChange(withMethod(task, methodOf(models, chosen)))}
        />
      </Section>
      {method !== undefined && (
        <>
          <ArgumentsSection
            key={`${task.fullName} ${isOffered(method)}`}
            method={method}
            draft={task.args}
            faults={own}
            onChange={(args) => onChange({ ...task, args })}
            onBroken={onBroken}
            hint={<ExpressionHint />}
          />
          <TaskOptions
            method={method}
            options={task.options}
            errorOf={errorOf}
            onChange={(options) => onChange({ ...task, options })}
            usualName={scheduleName.trim() || undefined}
            expiry={
              <NumberInput
                label="Expires after, seconds"
                description={
                  typeof task.expiresAfterSeconds === 'number'
                    ? `Not started ${formatDuration(task.expiresAfterSeconds)} after its fire, it ends as expired.`
                    : 'Not started so long after its fire, it ends as expired.'
                }
                inputWrapperOrder={['label', 'input', 'description', 'error']}
                placeholder="Never"
                min={0}
                max={limits.delayMs / 1_000}
                value={task.expiresAfterSeconds}
                error={errorOf('expiresAfterSeconds')}
                onChange={(expiresAfterSeconds) => onChange({ ...task, expiresAfterSeconds })}
              />
            }
          />
        </>
      )}
    </>
  );
}

/** The methods of the catalogue by their model, and the chosen one, should it not be there. */
function choicesOf(models: readonly ModelInfo[], chosen: string | null) {
  const groups = models.map(({ model, methods }) => ({
    group: model,
    items: [...new Set(methods.map(({ method }) => fullMethodName(model, method)))],
  }));
  const isThere = chosen === null || groups.some(({ items }) => items.includes(chosen));
  return isThere ? groups : [{ group: 'Not offered now', items: [chosen] }, ...groups];
}
