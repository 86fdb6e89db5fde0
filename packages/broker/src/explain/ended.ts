import type { Outcome, Reason, Task } from '@drover/core';
import type { Facts } from './facts.ts';
import { cut, errorWords, sentence } from './words.ts';

/** How it ended, and why it was not tried again. */
export function ended({ task }: Facts): Reason | undefined {
  const { outcome, finishedAt, state } = task;
  if (outcome === undefined || finishedAt === undefined) return undefined;
  const tries = task.executions.at(-1)?.attempt ?? 0;
  return {
    code: 'ended',
    message: sentence(endWords(task, outcome, tries)),
    data: {
      state,
      outcome,
      finishedAt,
      attempts: tries,
      retries: task.retryCount,
      maxRetries: task.maxRetries,
    },
  };
}

function endWords(task: Task, outcome: Outcome, tries: number): string {
  const at = task.finishedAt;
  const said = task.message === undefined || task.message === '' ? '' : `: ${cut(task.message)}`;
  switch (outcome) {
    case 'success':
      return `It ended well at ${at}, at attempt ${tries}`;
    case 'warning':
      return `It ended with a warning at ${at}, at attempt ${tries}${said}`;
    case 'info':
      return `It ended at ${at} with nothing to do${said}`;
    case 'skipped':
      return `It was skipped at ${at}${said}`;
    case 'merged':
      return `It was done together with others at ${at}${said}`;
    case 'error':
    case 'timeout': {
      const what = task.error === undefined ? outcome : errorWords(task.error);
      return `It failed for good at ${at} with ${sentence(what)} ${whyNoMore(task)}`;
    }
    case 'expired':
      return `It was not begun in time, and expired at ${at}${said}`;
    case 'lost':
      return `It was given up at ${at}, because its workers died with it${said}`;
    case 'cancelled':
      return `It was cancelled at ${at}${said === ': cancelled' ? '' : said}`;
    default:
      return outcome satisfies never;
  }
}

function whyNoMore({ error, maxRetries, retryCount }: Task): string {
  if (error?.class === 'permanent') return 'The error is permanent: trying again would not help';
  if (maxRetries === 0) return 'It was not to be tried again';
  if (retryCount >= maxRetries)
    return maxRetries === 1 ? 'Its one retry is spent' : `Its ${maxRetries} retries are spent`;
  return 'It was not tried again';
}
