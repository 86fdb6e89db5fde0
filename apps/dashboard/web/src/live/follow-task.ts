import { isFinished, limits, type Task, type TaskEvent, type TaskLog } from '@drover/core';
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { taskQuery } from '../cluster.ts';
import { openFeed } from './feed.ts';
import { type NumberedLine, withLines } from './log-lines.ts';
import { setLive } from './pause.ts';

/** Lines that come together are shown together: a new line is not worth a page drawn anew. */
const gatherMs = 100;

/** Shows what happens to a task as it happens, up to its end, from its own stream. */
export function useFollowedTask(task: Task): void {
  const queryClient = useQueryClient();
  const { id } = task;
  const isOver = isFinished(task.state);
  useEffect(() => (isOver ? undefined : follow(queryClient, id)), [queryClient, id, isOver]);
}

function follow(queryClient: QueryClient, id: string): () => void {
  const taskKey = taskQuery(id).queryKey;
  const log = gatheredLines(queryClient, id);
  const lookAgain = () => {
    for (const name of ['task', 'explain', 'history']) void queryClient.invalidateQueries({ queryKey: [name, id] });
  };
  const onEvent = (event: TaskEvent, eventId: string) => {
    switch (event.type) {
      case 'state':
        if (queryClient.getQueryData(taskKey)?.state !== event.state) lookAgain();
        if (isFinished(event.state)) feed.stop();
        return;
      case 'progress':
        queryClient.setQueryData(taskKey, (task) => task && { ...task, progress: event.progress });
        return;
      case 'log':
        log.add({ number: Number.parseInt(eventId, 10), line: event.line });
        return;
      case 'reset':
        lookAgain();
        return;
      default:
        event satisfies never;
    }
  };
  const feed = openFeed(`/v1/tasks/${encodeURIComponent(id)}/events`, {
    onOpen: () => setLive(id, true),
    onDown() {
      setLive(id, false);
      lookAgain();
    },
    onEvent,
  });
  return () => {
    feed.stop();
    log.stop();
  };
}

function gatheredLines(queryClient: QueryClient, id: string) {
  const logKey = ['log', id];
  let lines: NumberedLine[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const show = () => {
    timer = undefined;
    const known = queryClient.getQueryData<TaskLog>(logKey);
    const log = known && withLines(known, lines, limits.logLines);
    lines = [];
    if (log !== undefined) queryClient.setQueryData(logKey, log);
    else void queryClient.invalidateQueries({ queryKey: logKey });
  };
  return {
    add(line: NumberedLine) {
      lines.push(line);
      timer ??= setTimeout(show, gatherMs);
    },
    stop() {
      // The last lines come right before the end.
      if (timer === undefined) return;
      clearTimeout(timer);
      show();
    },
  };
}
