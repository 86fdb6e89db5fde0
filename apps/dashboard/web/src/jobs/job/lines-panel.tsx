import type { Job, JobLine } from '@drover/core';
import { Badge } from '../../badge.tsx';
import { formatDuration } from '../../duration.ts';
import { Section } from '../../section.tsx';
import { inactiveLineLook, kindLooks } from '../job-looks.ts';
import classes from '../jobs.module.css';
import { parametersText } from './parameters-text.ts';

/** What the job does, line by line, in the order in which they run. */
export function LinesPanel({ job }: { job: Job }) {
  const lines = [...job.lines].sort((a, b) => a.number - b.number);
  return (
    <Section title="Lines" isFlush>
      <ol className={classes.lines} aria-label="Lines">
        {lines.map((line) => (
          <Line key={line.number} line={line} />
        ))}
      </ol>
    </Section>
  );
}

function Line({ line }: { line: JobLine }) {
  const { number, active, kind, name, model, method } = line;
  const parameters = parametersText(line);
  return (
    <li className={classes.row} data-active={active}>
      <span className={classes.number}>{number}</span>
      <div className={classes.what}>
        <span className={classes.method}>
          <b>{name ?? `${model}.${method}`}</b>
          <Badge look={kindLooks[kind]} isPlain />
        </span>
        <span className={classes.aside}>
          {name !== undefined && (
            <span>
              {model}.{method}
            </span>
          )}
          {asides(line).map((said) => (
            <span key={said}>{said}</span>
          ))}
        </span>
        {parameters !== '' && <pre className={classes.parameters}>{parameters}</pre>}
      </div>
      <span className={classes.ends}>{!active && <Badge look={inactiveLineLook} />}</span>
    </li>
  );
}

/** What differs from how its method runs otherwise. */
function asides({ takesIds, module, queue, priority, maxRetries, timeoutSeconds }: JobLine): string[] {
  return [
    takesIds && 'takes what the filter left',
    module !== undefined && `module ${module}`,
    queue !== undefined && `queue ${queue}`,
    priority !== undefined && `priority ${priority}`,
    maxRetries !== undefined && (maxRetries === 0 ? 'no retries' : `at most ${maxRetries} retries`),
    timeoutSeconds !== undefined && `timeout ${formatDuration(timeoutSeconds)}`,
  ].filter((said) => said !== false);
}
