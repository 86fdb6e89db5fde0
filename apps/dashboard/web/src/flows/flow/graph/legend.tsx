import type { OnFailure } from '@drover/core';
import { policyWords } from '../../flow-looks.ts';
import classes from './graph.module.css';

/** What the lines mean. */
export function Legend() {
  return (
    <ul className={classes.legend} aria-label="What the lines mean">
      <Line policy="cancel" />
      <Line policy="continue" />
    </ul>
  );
}

function Line({ policy }: { policy: OnFailure }) {
  return (
    <li>
      <svg width="34" height="8" viewBox="0 0 34 8" aria-hidden>
        <path d="M0 4H34" className={classes.edge} data-policy={policy} data-passed="not" />
      </svg>
      <span>
        <b>{policy}</b>: {policyWords[policy]}
      </span>
    </li>
  );
}
