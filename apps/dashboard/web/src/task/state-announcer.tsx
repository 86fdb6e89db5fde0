import type { Task } from '@drover/core';
import { Announcer } from '../announcer.tsx';
import { outcomeLooks, stateLooks } from '../state.ts';

/** Tells screen readers when the state changes, and every quarter of the progress; not every tick. */
export function StateAnnouncer({ task }: { task: Task }) {
  return <Announcer said={describe(task)} />;
}

function describe({ state, outcome, progress }: Task): string {
  const quarter = Math.floor(progress.percent / 25) * 25;
  if (state === 'running' && quarter > 0) return `${stateLooks[state].label}, ${quarter} percent`;
  if (outcome === undefined || outcome === state) return `State: ${stateLooks[state].label}`;
  return `State: ${stateLooks[state].label}, outcome: ${outcomeLooks[outcome].label}`;
}
