import type { FailureGroup } from '@drover/core';

/** The groups that hold every word, in their order; all of them for an empty text. */
export function searchGroups(groups: readonly FailureGroup[], text: string): FailureGroup[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return groups.filter((group) => {
    const { model, method, name, message, lastMessage } = group;
    const whole = `${model}.${method} ${group.class} ${name} ${message} ${lastMessage}`.toLowerCase();
    return words.every((word) => whole.includes(word));
  });
}
