import { limits, type Task } from '@drover/core';
import { Button, Group, Stack, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { cluster, historyQuery } from '../cluster.ts';
import { ProblemNotice } from '../problem.tsx';

/** What a person has to say of a task is kept with it, for those who look next. */
export function CommentForm({ task }: { task: Task }) {
  const [text, setText] = useState('');
  const [isMissing, setIsMissing] = useState(false);
  const queryClient = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: (comment: string) => cluster.tasks.comment(task.id, comment),
    onSuccess: () => {
      setText('');
      notifications.show({ message: 'The comment is kept with the task.' });
      return queryClient.invalidateQueries({ queryKey: historyQuery(task).queryKey });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const comment = text.trim();
    setIsMissing(comment === '');
    if (comment !== '') mutate(comment);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="xs" mt="md">
        <Textarea
          label="Comment"
          description="Kept with the task, under your name."
          autosize
          minRows={2}
          maxRows={8}
          maxLength={limits.commentLength}
          value={text}
          error={isMissing ? 'Say something first' : undefined}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setIsMissing(false);
          }}
        />
        {error !== null && <ProblemNotice error={error} />}
        <Group justify="flex-end">
          <Button type="submit" variant="default" loading={isPending}>
            Add the comment
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
