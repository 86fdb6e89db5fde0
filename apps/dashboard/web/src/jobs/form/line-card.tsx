import { ActionIcon, Button, Collapse, Switch, Text } from '@mantine/core';
import {
  IconArrowDown,
  IconArrowUp,
  IconChevronDown,
  IconChevronRight,
  IconGripVertical,
  IconTrash,
} from '@tabler/icons-react';
import { type PointerEvent, useId, useState } from 'react';
import { Badge } from '../../badge.tsx';
import { kindLooks } from '../job-looks.ts';
import classes from './form.module.css';
import { type LineFieldProps, LineFields } from './line-fields.tsx';

type Props = LineFieldProps & {
  index: number;
  count: number;
  isOpen: boolean;
  /** Where a line that is dragged would come. */
  drop: 'before' | 'after' | undefined;
  isDragged: boolean;
  onToggle: () => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
  onGrab: (event: PointerEvent) => void;
};

/** One line: what it is at a glance, its place among the others, and its fields when it is opened. */
export function LineCard(props: Props) {
  const { line, faults, index, count, isOpen, drop, isDragged, onToggle, onMove, onRemove, onGrab, onChange } = props;
  const id = useId();
  // A text that is not finished goes on standing there while it is folded away.
  const [wasOpen, setWasOpen] = useState(isOpen);
  if (isOpen && !wasOpen) setWasOpen(true);
  const Icon = isOpen ? IconChevronDown : IconChevronRight;
  const called = `line ${line.number}`;
  const title = line.name.trim() || line.fullName || 'Nothing chosen yet';
  return (
    <li
      className={classes.card}
      data-drop={drop}
      data-dragged={isDragged}
      data-fault={faults.length > 0}
      aria-label={`Line ${line.number}`}
    >
      <div className={classes.bar}>
        <span className={classes.grip} onPointerDown={onGrab} title="Drag it to another place" aria-hidden>
          <IconGripVertical size={18} />
        </span>
        <Button
          variant="transparent"
          className={classes.opener}
          classNames={{ inner: classes.openerInner ?? '', label: classes.openerLabel ?? '' }}
          leftSection={<Icon size={16} aria-hidden />}
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={onToggle}
        >
          <span className={classes.number}>{line.number}</span>
          <span className={classes.called}>{title}</span>
          <Badge look={kindLooks[line.kind]} isPlain />
        </Button>
        <span className={classes.tools}>
          <Switch
            size="sm"
            aria-label={`Active: ${called}`}
            checked={line.active}
            onChange={({ currentTarget }) => onChange({ active: currentTarget.checked })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            data-move={`${line.key} up`}
            aria-label={`Move ${called} up`}
            disabled={index === 0}
            onClick={() => onMove(-1)}
          >
            <IconArrowUp size={17} aria-hidden />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            data-move={`${line.key} down`}
            aria-label={`Move ${called} down`}
            disabled={index === count - 1}
            onClick={() => onMove(1)}
          >
            <IconArrowDown size={17} aria-hidden />
          </ActionIcon>
          <ActionIcon variant="subtle" color="gray" aria-label={`Remove ${called}`} onClick={onRemove}>
            <IconTrash size={17} aria-hidden />
          </ActionIcon>
        </span>
      </div>
      {!line.active && !isOpen && (
        <Text size="xs" c="dimmed" className={classes.passed}>
          Not active: it is passed over.
        </Text>
      )}
      <Collapse expanded={isOpen} id={id} keepMountedMode="display-none">
        {wasOpen && <LineFields {...props} />}
      </Collapse>
    </li>
  );
}
