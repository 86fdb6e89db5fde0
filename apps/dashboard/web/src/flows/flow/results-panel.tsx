import type { Flow } from '@drover/core';
import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { JsonBlock } from '../../code-block.tsx';
import { Section } from '../../section.tsx';
import classes from './flow-page.module.css';

/** What the last tasks returned: those for which no other waits. */
export function ResultsPanel({ flow: { results, resultsLeftOut = [], state, tasks } }: { flow: Flow }) {
  const isEmpty = Object.keys(results).length === 0;
  return (
    <Section title="Results">
      <Text size="sm" c="dimmed">
        {isEmpty ? nothing(state) : 'Of the tasks for which no other waits, by their keys.'}
      </Text>
      {!isEmpty && <JsonBlock value={results} label="Results as JSON" />}
      {resultsLeftOut.length > 0 && (
        <>
          <Text size="sm" mt="sm">
            Too large to be shown here:
          </Text>
          <ul className={classes.named}>
            {resultsLeftOut.map((key) => {
              const id = tasks.find((task) => task.key === key)?.id;
              return (
                <li key={key}>
                  {id === undefined ? (
                    key
                  ) : (
                    <Link to="/tasks/$id" params={{ id }} className={classes.link}>
                      {key}
                    </Link>
                  )}
                </li>
              );
            })}
          </ul>
        </>
      )}
    </Section>
  );
}

function nothing(state: Flow['state']): string {
  return state === 'running'
    ? 'None yet. Here come the results of the tasks for which no other waits.'
    : 'No task for which no other waits has ended well.';
}
