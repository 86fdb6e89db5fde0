import { type Fault, limits, type ModelInfo } from '@drover/core';
import { Button, Group, Text, VisuallyHidden } from '@mantine/core';
import { IconBolt, IconFilter, IconListNumbers } from '@tabler/icons-react';
import { useRef } from 'react';
import { useMinute } from '../../moment.tsx';
import type { FormContext } from '../../run/json-field.tsx';
import { Section } from '../../section.tsx';
import { expressionsAt } from './expressions.ts';
import classes from './form.module.css';
import { faultsUnder, type LineDraft } from './job-draft.ts';
import { LineCard } from './line-card.tsx';
import { useLineDrag } from './use-line-drag.ts';
import { useLines } from './use-lines.ts';

type Props = {
  lines: LineDraft[];
  timeZone: string;
  models: readonly ModelInfo[];
  faults: readonly Fault[];
  /** Lines that are open at first. */
  opened: readonly string[];
  /** Counts the times that it was tried to be saved: lines with faults open then. */
  triedCount: number;
  onChange: (change: (lines: LineDraft[]) => LineDraft[]) => void;
  onBroken: FormContext['onBroken'];
};

/** The lines in their order, which changes by dragging, by buttons and by their numbers. */
export function LinesSection(props: Props) {
  const { lines, timeZone, models, faults, onBroken } = props;
  const list = useRef<HTMLOListElement>(null);
  const now = useMinute();
  const faultsOf = ({ key }: LineDraft) => faultsUnder(faults, `/lines/${key}`);
  const wrong = lines.filter((line) => faultsOf(line).length > 0).map(({ key }) => key);
  const { open, said, show, move, step, add, remove, change, setNumber, renumber } = useLines({
    ...props,
    wrong,
    list,
  });
  const { dragging, grab } = useLineDrag(list, move);
  const general = faults.filter(({ pointer }) => pointer === '/lines').map(({ message }) => message);
  return (
    <Section title="Lines" aside={lines.length > 1 && <RenumberButton onRenumber={renumber} />} isFlush>
      <Text size="sm" c="dimmed" px="1.1rem" pb="sm">
        They run one after the other, in order of their numbers. Expressions that name a line go with it when it is
        moved.
      </Text>
      <ol className={classes.lines} ref={list} aria-label="Lines">
        {lines.map((line, index) => (
          <LineCard
            key={line.key}
            line={line}
            index={index}
            count={lines.length}
            models={models}
            faults={faultsOf(line)}
            expressions={expressionsAt({ before: lines.slice(0, index), timeZone, now })}
            isOpen={open.has(line.key)}
            isDragged={dragging?.from === index}
            drop={dropOf(dragging?.gap, index, lines.length)}
            onToggle={() => show(line.key, !open.has(line.key))}
            onGrab={(event) => grab(index, event)}
            onMove={(by) => step(index, by)}
            onRemove={() => remove(line)}
            onChange={(changed) => change(line.key, changed)}
            onNumber={(number) => setNumber(line.key, number)}
            onBroken={onBroken}
          />
        ))}
      </ol>
      {general.length > 0 && (
        <Text role="alert" size="sm" px="1.1rem" pt="sm" c="var(--tone-red-fg)">
          {general.join('. ')}
        </Text>
      )}
      <AddButtons isFull={lines.length >= limits.jobLines} onAdd={add} />
      <VisuallyHidden role="status">{said}</VisuallyHidden>
    </Section>
  );
}

function RenumberButton({ onRenumber }: { onRenumber: () => void }) {
  return (
    <Button
      size="compact-sm"
      variant="default"
      leftSection={<IconListNumbers size={15} aria-hidden />}
      onClick={onRenumber}
    >
      Number 10, 20, 30
    </Button>
  );
}

function AddButtons({ isFull, onAdd }: { isFull: boolean; onAdd: (kind: LineDraft['kind']) => void }) {
  const look = { variant: 'default', disabled: isFull } as const;
  return (
    <Group gap="xs" p="md" px="1.1rem">
      <Button {...look} leftSection={<IconBolt size={16} aria-hidden />} onClick={() => onAdd('action')}>
        Add an action
      </Button>
      <Button {...look} leftSection={<IconFilter size={16} aria-hidden />} onClick={() => onAdd('filter')}>
        Add a filter
      </Button>
    </Group>
  );
}

/** The mark at a line's edge that says where the dragged one would come. */
function dropOf(gap: number | undefined, index: number, count: number): 'before' | 'after' | undefined {
  if (gap === index) return 'before';
  return gap === count && index === count - 1 ? 'after' : undefined;
}
