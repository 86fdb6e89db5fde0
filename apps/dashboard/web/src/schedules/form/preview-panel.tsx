import type { SchedulePreview, Timing } from '@drover/core';
import { Text, VisuallyHidden } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import { Lines } from '../../page-skeleton.tsx';
import { ProblemNotice } from '../../problem.tsx';
import { Section } from '../../section.tsx';
import { NextFires } from '../next-fires.tsx';
import classes from './form.module.css';
import type { Preview } from './use-preview.ts';

/** What the rule says, and when it fires next, as somebody types it. */
export function PreviewPanel({ preview, timing }: { preview: Preview; timing: Timing }) {
  const { data, error, faults, isBehind } = preview;
  return (
    <Section title="When it fires">
      <VisuallyHidden role="status">{data === undefined || isBehind ? '' : said(data)}</VisuallyHidden>
      {faults.length > 0 && (
        <Text className={classes.notYet}>
          <IconAlertCircle size={18} aria-hidden />
          <span>This is no rule yet: what is missing or wrong is marked at its field.</span>
        </Text>
      )}
      {error !== null && faults.length === 0 && <ProblemNotice error={error} />}
      {data === undefined && error === null && <Lines count={4} />}
      {data !== undefined && error === null && (
        <div className={classes.preview} data-behind={isBehind}>
          <p className={classes.sentence}>{data.sentence}</p>
          {timing === 'immediately' ? (
            <Text size="sm" c="dimmed">
              It fires as soon as it is saved.
            </Text>
          ) : (
            <NextFires fires={data.fires} />
          )}
        </div>
      )}
    </Section>
  );
}

/** For those who do not see it: not all ten times whenever a letter is typed. */
function said({ sentence, fires }: SchedulePreview): string {
  const [next] = fires;
  return next === undefined ? `${sentence}. It has no further times.` : `${sentence}. Next: ${next.local}`;
}
