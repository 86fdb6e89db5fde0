import { ActionIcon, TextInput } from '@mantine/core';
import { IconArrowRight, IconSearch } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';

/** Goes straight to a task whose id is known. */
export function OpenById() {
  const [id, setId] = useState('');
  const navigate = useNavigate();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wanted = id.trim();
    if (wanted !== '') void navigate({ to: '/tasks/$id', params: { id: wanted } });
  };
  return (
    <form onSubmit={submit}>
      <TextInput
        aria-label="Open a task by its id"
        placeholder="Task id"
        w="min(20rem, 100%)"
        value={id}
        onChange={(event) => setId(event.currentTarget.value)}
        leftSection={<IconSearch size={16} aria-hidden />}
        rightSection={
          <ActionIcon
            type="submit"
            variant="subtle"
            color="gray"
            aria-label="Open the task"
            disabled={id.trim() === ''}
          >
            <IconArrowRight size={16} />
          </ActionIcon>
        }
      />
    </form>
  );
}
