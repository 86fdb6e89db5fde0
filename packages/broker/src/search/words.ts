import type { Task } from '@drover/core';

/** The words of a search, in lower case. */
export function wordsOf(q: string): string[] {
  return q.toLowerCase().split(/\s+/).filter(Boolean);
}

/** Whether all words stand in the task: in its name, method, error, message or arguments. */
export function hasWords(task: Task, words: string[]): boolean {
  const text = [
    task.name,
    `${task.model}.${task.method}`,
    task.error?.name,
    task.error?.message,
    task.message,
    JSON.stringify(task.args),
    JSON.stringify(task.kwargs),
  ]
    .join('\n')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}
