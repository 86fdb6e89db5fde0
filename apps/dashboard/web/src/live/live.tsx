import type { TaskEvent } from '@drover/core';
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useMay } from '../session/session.ts';
import { type Feed, openFeed } from './feed.ts';
import { isLive, setLive } from './pause.ts';

/** What is told anew is asked for so often at most. */
const gatherMs = 500;
/** A cluster that tells more in a second is asked now and then, as if there were no stream: that costs less. */
const eventsMax = 200;
const busyRestMs = 30_000;

/** Questions whose answers change with a task, by the first word of their key. */
const byState = ['overview', 'queues', 'tasks', 'executions', 'failures'];
const byProgress = ['tasks'];

/** Keeps what the pages show up to date: one stream a tab, while somebody looks at it. */
export function Live() {
  const queryClient = useQueryClient();
  const mayRead = useMay('read');
  useEffect(() => (mayRead ? openLive(queryClient) : undefined), [queryClient, mayRead]);
  return null;
}

function openLive(queryClient: QueryClient): () => void {
  const stale = staleness(queryClient);
  let second = { at: 0, count: 0 };

  const isTooMuch = () => {
    const at = Math.floor(performance.now() / 1_000);
    second = { at, count: second.at === at ? second.count + 1 : 1 };
    return second.count > eventsMax;
  };
  const setStanding = (stands: boolean) => {
    setLive('all', stands);
    // What was told meanwhile is not known; and who goes back to asking often begins at once.
    stale.add(byState);
  };
  const feed: Feed = openFeed('/v1/events', {
    onOpen: () => setStanding(true),
    onDown: () => setStanding(false),
    onEvent(event) {
      stale.add(keysOf(event));
      if (event.type === 'state') stale.addTask(event.taskId);
      if (isTooMuch()) feed.rest(busyRestMs);
    },
  });
  return () => {
    feed.stop();
    stale.stop();
  };
}

function keysOf(event: TaskEvent): string[] {
  switch (event.type) {
    case 'state':
    case 'reset':
      return byState;
    case 'progress':
      return byProgress;
    case 'log':
      return [];
    default:
      return event satisfies never;
  }
}

/** Gathers what has grown old, and asks for it anew once the last answers are there. */
function staleness(queryClient: QueryClient) {
  let [keys, tasks] = [new Set<string>(), new Set<string>()];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAsking = false;

  const ask = async () => {
    timer = undefined;
    isAsking = true;
    const [asked, askedTasks] = [keys, tasks];
    [keys, tasks] = [new Set(), new Set()];
    await queryClient.invalidateQueries(
      {
        predicate: ({ queryKey: [name, detail] }) =>
          (asked.has(String(name)) && !isSearchOfWords(detail)) || (name === 'task' && askedTasks.has(String(detail))),
      },
      { cancelRefetch: false },
    );
    isAsking = false;
    plan();
  };
  const plan = () => {
    if (keys.size + tasks.size > 0 && !isAsking) timer ??= setTimeout(() => void ask(), gatherMs);
  };
  return {
    add(added: string[]) {
      for (const key of added) keys.add(key);
      plan();
    },
    addTask(id: string) {
      // Its own stream tells it sooner.
      if (!isLive(id) && queryClient.getQueryState(['task', id]) !== undefined) tasks.add(id);
    },
    stop() {
      clearTimeout(timer);
      isAsking = true;
    },
  };
}

/** It looks through many tasks: not for every change. */
function isSearchOfWords(detail: unknown): boolean {
  return typeof detail === 'object' && detail !== null && 'q' in detail && detail.q !== undefined;
}
