import { ActionIcon, Button, List, Text } from '@mantine/core';
import { Theme } from '@rjsf/mantine';
import {
  type ArrayFieldTitleProps,
  errorId,
  type FieldErrorProps,
  type IconButtonProps,
  type TitleFieldProps,
  titleId,
} from '@rjsf/utils';
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash, type TablerIcon } from '@tabler/icons-react';
import type { ReactNode } from 'react';

/** Where the library's own templates do not fit our pages. */
export const formTemplates = {
  TitleFieldTemplate: ({ id, title, optionalDataControl }: TitleFieldProps) =>
    title === '' ? null : (
      <Text id={id} size="sm" fw={600} mt="sm" mb={4}>
        {title} {optionalDataControl}
      </Text>
    ),
  ArrayFieldTitleTemplate: ({ fieldPathId, title, optionalDataControl }: ArrayFieldTitleProps) => (
    <Text id={titleId(fieldPathId)} span size="sm" fw={600}>
      {title} {optionalDataControl}
    </Text>
  ),
  ArrayFieldDescriptionTemplate: Description,
  DescriptionFieldTemplate: Description,
  FieldErrorTemplate: GroupErrors,
  ButtonTemplates: {
    ...Theme.templates?.ButtonTemplates,
    AddButton: ({ id, disabled = false, onClick }: IconButtonProps) => (
      <Button
        id={id}
        size="compact-sm"
        variant="default"
        leftSection={<IconPlus size={14} aria-hidden />}
        disabled={disabled}
        onClick={onClick}
      >
        Add
      </Button>
    ),
    MoveUpButton: (props: IconButtonProps) => <ItemButton {...props} label="Move up" icon={IconArrowUp} />,
    MoveDownButton: (props: IconButtonProps) => <ItemButton {...props} label="Move down" icon={IconArrowDown} />,
    RemoveButton: (props: IconButtonProps) => <ItemButton {...props} label="Remove" icon={IconTrash} />,
  },
};

/** Beneath a title; of single inputs the library itself takes care. */
function Description({ id, description }: { id?: string; description?: ReactNode }) {
  if (description === undefined || description === '') return null;
  return (
    <Text id={id ?? ''} size="xs" c="dimmed" mb={4}>
      {description}
    </Text>
  );
}

type ItemButtonProps = Omit<IconButtonProps, 'icon'> & { label: string; icon: TablerIcon };

function ItemButton({ id, disabled = false, onClick, label, icon: Icon }: ItemButtonProps) {
  return (
    <ActionIcon id={id ?? ''} variant="subtle" color="gray" aria-label={label} disabled={disabled} onClick={onClick}>
      <Icon size={16} />
    </ActionIcon>
  );
}

/** Inputs show their own errors; lists and objects need somebody to do it for them. */
function GroupErrors({ errors, fieldPathId, schema }: FieldErrorProps) {
  const isGroup = schema.type === 'object' || schema.type === 'array';
  if (!isGroup || errors === undefined || errors.length === 0) return null;
  return (
    <List id={errorId(fieldPathId)} size="sm" c="var(--mantine-color-error)" listStyleType="none" my="xs">
      {errors.map((error) => (
        <List.Item key={String(error)}>{error}</List.Item>
      ))}
    </List>
  );
}
