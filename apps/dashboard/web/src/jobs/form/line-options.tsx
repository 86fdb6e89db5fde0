import { limits, type MethodInfo } from '@drover/core';
import { NumberInput, SimpleGrid, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Folded } from '../../folded.tsx';
import type { LineDraft } from './job-draft.ts';

type Props = {
  line: LineDraft;
  method: MethodInfo | undefined;
  errorOf: (field: string) => string | undefined;
  onChange: (change: Partial<LineDraft>) => void;
};

const texts = [
  { field: 'name', label: 'Display name', length: limits.nameLength },
  { field: 'module', label: 'Module', length: limits.identityLength },
  { field: 'queue', label: 'Queue', length: limits.identityLength },
] as const;

const numbers = [
  { field: 'priority', label: 'Priority', min: limits.priorityMin, max: limits.priorityMax },
  { field: 'maxRetries', label: 'Retries', min: 0, max: limits.maxRetries },
  { field: 'timeoutSeconds', label: 'Timeout, seconds', min: 0, max: limits.timeoutSeconds },
] as const;

/** How its task runs. Folded away until something differs from what the method says, or is at fault. */
export function LineOptions({ line, method, errorOf, onChange }: Props) {
  const [isOpen, { toggle }] = useDisclosure([...texts, ...numbers].some(({ field }) => line[field] !== ''));
  const isShown = isOpen || [...texts, ...numbers].some(({ field }) => errorOf(field) !== undefined);
  return (
    <div>
      <Folded label="More options" isShown={isShown} onToggle={toggle}>
        <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} mt="xs">
          {texts.map(({ field, label, length }) => (
            <TextInput
              key={field}
              label={label}
              autoComplete="off"
              maxLength={length}
              placeholder={field === 'queue' ? method?.queue : undefined}
              value={line[field]}
              error={errorOf(field)}
              onChange={(event) => onChange({ [field]: event.currentTarget.value })}
            />
          ))}
          {numbers.map(({ field, label, min, max }) => (
            <NumberInput
              key={field}
              label={label}
              min={min}
              max={max}
              allowDecimal={field === 'timeoutSeconds'}
              placeholder={method === undefined ? undefined : String(method[field])}
              value={line[field]}
              error={errorOf(field)}
              onChange={(number) => onChange({ [field]: number })}
            />
          ))}
        </SimpleGrid>
      </Folded>
    </div>
  );
}
