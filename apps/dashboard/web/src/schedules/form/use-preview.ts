import { DroverError } from '@drover/client';
import type { Fault, RuleInput, SchedulePreview } from '@drover/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { previewQuery } from '../schedule-queries.ts';

/** So long nobody types, ms, before the API is asked. */
const restMs = 250;

export type Preview = {
  data: SchedulePreview | undefined;
  error: unknown;
  /** What is wrong with the rule, field by field. */
  faults: readonly Fault[];
  /** It is of what was typed before. */
  isBehind: boolean;
};

const none: readonly Fault[] = [];

/** @param createdAt of the schedule that is edited: its intervals go on */
export function usePreview(rule: RuleInput, createdAt: string | undefined): Preview {
  const typed = JSON.stringify(rule);
  const [asked] = useDebouncedValue(typed, restMs);
  const { data, error, isPlaceholderData } = useQuery(previewQuery(JSON.parse(asked) as RuleInput, createdAt));
  const faults = error instanceof DroverError && error.faults.length > 0 ? error.faults : none;
  return { data, error, faults, isBehind: isPlaceholderData || asked !== typed };
}
