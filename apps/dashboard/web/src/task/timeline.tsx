import type { Explanation, Outcome, Task } from '@drover/core';
import { Button } from '@mantine/core';
import { useId, useState } from 'react';
import { counted } from '../count.ts';
import { formatDuration } from '../duration.ts';
import { Moment, useNow } from '../moment.tsx';
import { type Life, lifeOf, type Step, type Stretch } from './life.ts';
import classes from './timeline.module.css';
import { Told } from './told.tsx';

/** Steps shown at first: the newest. */
const shownFirst = 8;

/** The task's life, drawn to scale: one line a step. The words beside the bars say the same as the bars. */
export function Timeline({ task, attempts }: { task: Task; attempts: Explanation['attempts'] }) {
  const now = useNow();
  const [isWhole, setIsWhole] = useState(false);
  const id = useId();
  const life = lifeOf(task, attempts, now);
  const steps = isWhole ? life.steps : life.steps.slice(-shownFirst);
  const hidden = life.steps.length - steps.length;
  return (
    <div className={classes.timeline}>
      <h3 id={id} className={classes.title}>
        Timeline
      </h3>
      <div className={classes.ends}>
        <span>
          Created <Moment at={task.createdAt} isAbsolute />
        </span>
        <span>
          <EndWords task={task} life={life} nowMs={now} />
        </span>
      </div>
      {hidden > 0 && (
        <Button variant="subtle" size="compact-sm" ml={-8} onClick={() => setIsWhole(true)}>
          Show {counted(hidden, 'earlier attempt')}
        </Button>
      )}
      <ol className={classes.steps} aria-labelledby={id}>
        {steps.map((step, index) => (
          <StepLine
            key={step.attempt ?? 'rest'}
            step={step}
            life={life}
            isLast={index === steps.length - 1}
            nowMs={now}
          />
        ))}
      </ol>
      <Legend life={life} nowMs={now} />
    </div>
  );
}

function EndWords({ task, life, nowMs }: { task: Task; life: Life; nowMs: number }) {
  if (life.isOver) {
    return <>Ended after {formatDuration((life.toMs - life.fromMs) / 1_000)}</>;
  }
  if (hasFuture(life, nowMs)) {
    return (
      <>
        Due <Moment at={task.runAt} isAbsolute />
      </>
    );
  }
  return <>So far {formatDuration(Math.max(0, nowMs - life.fromMs) / 1_000)}</>;
}

type StepProps = { step: Step; life: Life; isLast: boolean; nowMs: number };

function StepLine({ step, life, isLast, nowMs }: StepProps) {
  const words = step.stretches
    .filter(({ kind }) => kind !== 'running')
    .map((stretch) => wordsOf(stretch, life, isLast));
  return (
    <li className={classes.step}>
      <p className={classes.words}>
        {step.sentence !== undefined && <Told sentence={step.sentence} />}
        {words.length > 0 && (
          <span className={step.sentence === undefined ? undefined : classes.waited}>
            {' '}
            {capital(words.join(', then '))}.
          </span>
        )}
      </p>
      <div className={classes.track} aria-hidden>
        {step.stretches.map((stretch) => (
          <Bar key={`${stretch.kind} ${stretch.fromMs}`} stretch={stretch} life={life} />
        ))}
        {isLast && hasFuture(life, nowMs) && (
          <span className={classes.now} style={{ left: `${shareOf(nowMs, life)}%` }} />
        )}
      </div>
    </li>
  );
}

function Bar({ stretch: { kind, fromMs, toMs, outcome }, life }: { stretch: Stretch; life: Life }) {
  const left = shareOf(fromMs, life);
  const width = shareOf(toMs, life) - left;
  return (
    <span
      className={classes.bar}
      data-kind={kind === 'running' ? runKind(outcome) : kind}
      // What is too short for the scale is still seen, also at the end of the line.
      style={{ left: `min(${left}%, 100% - 3px)`, width: `max(${width}%, 3px)` }}
    />
  );
}

/** Where an instant lies in a life, percent. */
function shareOf(atMs: number, { fromMs, toMs }: Life): number {
  return (100 * (atMs - fromMs)) / (toMs - fromMs);
}

/** What is drawn goes beyond now. */
function hasFuture(life: Life, nowMs: number): boolean {
  return !life.isOver && life.toMs > nowMs + 1_000;
}

function runKind(outcome: Outcome | undefined): 'run' | 'run-well' | 'run-badly' {
  switch (outcome) {
    case undefined:
      return 'run';
    case 'success':
    case 'warning':
    case 'info':
    case 'skipped':
    case 'merged':
      return 'run-well';
    case 'error':
    case 'timeout':
    case 'cancelled':
    case 'expired':
    case 'lost':
      return 'run-badly';
    default:
      return outcome satisfies never;
  }
}

/** `not due for 3 h`, `waited 2 s for a worker`. */
function wordsOf({ kind, fromMs, toMs }: Stretch, life: Life, isLast: boolean): string {
  const took = formatDuration((toMs - fromMs) / 1_000);
  const goesOn = isLast && !life.isOver && toMs === life.toMs;
  switch (kind) {
    case 'before':
      return `begun ${took} after it was created`;
    case 'planned':
      return goesOn
        ? `it is due ${took} after ${fromMs === life.fromMs ? 'it was created' : 'that'}`
        : `not due for ${took}`;
    case 'waiting':
      return goesOn ? `waiting for a worker, for ${took} so far` : `waited ${took} for a worker`;
    case 'person':
      return `waiting for a person, for ${took} so far`;
    case 'running':
      return `ran ${took}`;
    default:
      return kind satisfies never;
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const legend: [kind: string, label: string, isIn: (stretch: Stretch) => boolean][] = [
  ['planned', 'not due yet', ({ kind }) => kind === 'planned' || kind === 'before'],
  ['waiting', 'waiting', ({ kind }) => kind === 'waiting'],
  ['person', 'waiting for a person', ({ kind }) => kind === 'person'],
  ['run', 'running', ({ kind, outcome }) => kind === 'running' && runKind(outcome) === 'run'],
  ['run-well', 'ran well', ({ kind, outcome }) => kind === 'running' && runKind(outcome) === 'run-well'],
  ['run-badly', 'ran and failed', ({ kind, outcome }) => kind === 'running' && runKind(outcome) === 'run-badly'],
];

/** What the colours mean, of those that are there. The words of the steps say it too. */
function Legend({ life, nowMs }: { life: Life; nowMs: number }) {
  const stretches = life.steps.flatMap((step) => step.stretches);
  return (
    <div className={classes.legend} aria-hidden>
      {legend.map(([kind, label, isIn]) =>
        stretches.some(isIn) ? (
          <span key={kind}>
            <span className={classes.swatch} data-kind={kind} /> {label}
          </span>
        ) : null,
      )}
      {hasFuture(life, nowMs) && (
        <span>
          <span className={classes.swatch} data-kind="now" /> now
        </span>
      )}
    </div>
  );
}
