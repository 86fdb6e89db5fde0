import { Text } from '@mantine/core';

/** Where there is no value. */
export function Nothing() {
  return (
    <Text span c="dimmed" size="sm">
      –
    </Text>
  );
}
