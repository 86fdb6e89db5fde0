import type { ModelInfo } from '@drover/core';
import { Link } from '@tanstack/react-router';
import { Section } from '../section.tsx';
import classes from './run.module.css';

/** A model with so many methods or fewer stands beside others. */
const smallModel = 3;

/** Models with their methods; each leads to its form. */
export function MethodList({ models }: { models: ModelInfo[] }) {
  return (
    <div className={classes.models}>
      {models.map(({ model, methods }) => (
        <div key={model} className={methods.length > smallModel ? classes.wide : undefined}>
          <Section title={model} isFlush>
            <ul className={classes.methods}>
              {methods.map(({ method, description }) => (
                <li key={method}>
                  <Link to="/run/$method" params={{ method: `${model}.${method}` }} className={classes.method}>
                    <span className={classes.name}>{method}</span>
                    <span className={classes.description}>{description}</span>
                  </Link>
                </li>
              ))}
            </ul>
          </Section>
        </div>
      ))}
    </div>
  );
}
