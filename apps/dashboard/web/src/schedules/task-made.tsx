import { Anchor } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useRouter } from '@tanstack/react-router';
import type { MouseEvent } from 'react';

/** Tells that a task was made, with a way to it. Notices stand outside the pages, where links know no router. */
export function useTaskMade(): (message: string, taskId: string) => void {
  const router = useRouter();
  return (message, taskId) => {
    const { href } = router.buildLocation({ to: '/tasks/$id', params: { id: taskId } });
    const follow = (event: MouseEvent) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      notifications.hide(notice);
      void router.navigate({ to: '/tasks/$id', params: { id: taskId } });
    };
    const notice = notifications.show({
      message: (
        <>
          {message}{' '}
          <Anchor href={href} size="sm" onClick={follow}>
            Show the task
          </Anchor>
        </>
      ),
    });
  };
}
