import type { JobLine, MethodInfo, ModelInfo } from '@drover/core';
import { Select } from '@mantine/core';
import { isOffered, methodOf } from '../../schedules/form/template-draft.ts';
import { methodChoices } from './method-choices.ts';

type Props = {
  label: string;
  /** What it is for, while none is chosen. */
  hint: string;
  kind: JobLine['kind'];
  models: readonly ModelInfo[];
  fullName: string | null;
  error: string | undefined;
  onChoose: (method: MethodInfo) => void;
  /** With it, there may be none. */
  onClear?: () => void;
};

/** The methods of the catalogue, by their model. */
export function MethodSelect({ label, hint, kind, models, fullName, error, onChoose, onClear }: Props) {
  const method = fullName === null ? undefined : methodOf(models, fullName);
  const means = method && (isOffered(method) ? method.description : 'No live worker offers it.');
  return (
    <Select
      label={label}
      description={means || hint}
      placeholder={onClear === undefined ? 'Choose a method' : 'None'}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      searchable
      required={onClear === undefined}
      allowDeselect={false}
      clearable={onClear !== undefined}
      clearButtonProps={{ 'aria-label': `Clear: ${label.toLowerCase()}` }}
      limit={200}
      nothingFoundMessage="No live worker offers such a method"
      data={methodChoices(models, kind, fullName)}
      value={fullName}
      error={error}
      onChange={(chosen) => (chosen === null ? onClear?.() : onChoose(methodOf(models, chosen)))}
    />
  );
}
