import type { BulkAction, Task } from '@drover/core';
import { Button } from '@mantine/core';
import { formatCount } from '../count.ts';
import { useMayKill } from '../session/session.ts';
import { actionWords, allows, bulkActions } from './action-words.ts';
import classes from './actions.module.css';

type Props = {
  /** Those that are selected. */
  tasks: Task[];
  onAct: (action: BulkAction) => void;
  onClear: () => void;
};

/** What can be done to the selected tasks. An action that none of them allows cannot be chosen. */
export function SelectionBar({ tasks, onAct, onClear }: Props) {
  const mayKill = useMayKill();
  return (
    <section className={classes.bar} aria-label="Selected tasks">
      <b role="status" className="numbers">
        {formatCount(tasks.length)} selected
      </b>
      {bulkActions
        .filter((action) => action !== 'kill' || (mayKill && tasks.some(({ state }) => allows(state, action))))
        .map((action) => {
          const { verb, icon: Icon } = actionWords[action];
          return (
            <Button
              key={action}
              size="compact-sm"
              variant="default"
              leftSection={<Icon size={15} aria-hidden />}
              disabled={!tasks.some(({ state }) => allows(state, action))}
              onClick={() => onAct(action)}
            >
              {verb}
            </Button>
          );
        })}
      <Button size="compact-sm" variant="subtle" color="gray" onClick={onClear}>
        Clear selection
      </Button>
    </section>
  );
}
