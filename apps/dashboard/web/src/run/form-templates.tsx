import { List, Text } from '@mantine/core';
import { errorId, type FieldErrorProps, type TitleFieldProps } from '@rjsf/utils';

/** Where the library's own templates do not fit our pages. */
export const formTemplates = {
  TitleFieldTemplate: ({ id, title, optionalDataControl }: TitleFieldProps) =>
    title === '' ? null : (
      <Text id={id} size="sm" fw={600} mt="sm" mb={4}>
        {title} {optionalDataControl}
      </Text>
    ),
  FieldErrorTemplate: GroupErrors,
};

/** Inputs show their own errors; lists and objects need somebody to do it for them. */
function GroupErrors({ errors, fieldPathId, schema }: FieldErrorProps) {
  const isGroup = schema.type === 'object' || schema.type === 'array';
  if (!isGroup || errors === undefined || errors.length === 0) return null;
  return (
    <List id={errorId(fieldPathId)} size="sm" c="error" listStyleType="none" my="xs">
      {errors.map((error) => (
        <List.Item key={String(error)}>{error}</List.Item>
      ))}
    </List>
  );
}
