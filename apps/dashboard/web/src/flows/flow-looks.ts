import type { FlowNode, FlowState, OnFailure } from '@drover/core';
import { IconBan, IconCircleCheck, IconCircleX, IconLoader2, IconQuestionMark } from '@tabler/icons-react';
import { type Look, outcomeLooks, stateLooks } from '../state.ts';

/** How states of flows and edges are shown: never by colour alone. */

export const flowLooks: Record<FlowState, Look & { means: string }> = {
  running: { label: 'Running', tone: 'blue', icon: IconLoader2, isTurning: true, means: 'some tasks have not ended' },
  done: { label: 'Done', tone: 'green', icon: IconCircleCheck, means: 'all tasks have ended well' },
  error: { label: 'Error', tone: 'red', icon: IconCircleX, means: 'all tasks have ended, one at least in error' },
  cancelled: {
    label: 'Cancelled',
    tone: 'grey',
    icon: IconBan,
    means: 'all tasks have ended, none in error, one at least cancelled',
  },
};

export const flowStates = Object.keys(flowLooks) as FlowState[];

const forgottenLook: Look = { label: 'Not kept', tone: 'grey', icon: IconQuestionMark };

/** A task of a flow in one word: what it came to where that says more than its state. The ledger may have forgotten it. */
export function nodeLook({ state, outcome }: FlowNode): Look & { short?: string } {
  if (state === undefined) return forgottenLook;
  return outcome === undefined || outcome === 'success' ? stateLooks[state] : outcomeLooks[outcome];
}

/** What an edge says: what becomes of the task at its end. */
export const policyWords: Record<OnFailure, string> = {
  cancel: 'cancelled too, if the task before does not end well',
  continue: 'runs all the same',
};
