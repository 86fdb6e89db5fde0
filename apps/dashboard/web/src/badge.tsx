import type { Outcome, TaskState } from '@drover/core';
import classes from './badge.module.css';
import { type Look, outcomeLooks, stateLooks } from './state.ts';

/** A word with its icon and colour. `isPlain`: without a ground, where there are many. */
export function Badge({ look, isPlain = false }: { look: Look; isPlain?: boolean }) {
  const Icon = look.icon;
  return (
    <span className={classes.badge} data-tone={look.tone} data-plain={isPlain}>
      <Icon aria-hidden className={look.isTurning === true ? 'turning' : undefined} />
      {look.label}
    </span>
  );
}

export function StateBadge({ state }: { state: TaskState }) {
  return <Badge look={stateLooks[state]} />;
}

export function OutcomeBadge({ outcome }: { outcome: Outcome }) {
  return <Badge look={outcomeLooks[outcome]} />;
}

/** The state, or what it came to when that says more: `done` with a warning, `error` by a timeout. */
export function TaskBadge({ state, outcome }: { state: TaskState; outcome?: Outcome | undefined }) {
  const saysMore = outcome !== undefined && outcome !== 'success' && outcome !== state;
  return (
    <>
      <StateBadge state={state} />
      {saysMore && <OutcomeBadge outcome={outcome} />}
    </>
  );
}
