import type { WorkerDetails } from '@drover/core';
import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { counted } from '../../count.ts';
import { Section } from '../../section.tsx';
import { useMay } from '../../session/session.ts';
import classes from '../workers.module.css';
import { byModel } from './by-model.ts';

/** The methods that it offers, model by model; whoever may run one finds its form behind it. */
export function OffersPanel({ worker: { offers } }: { worker: WorkerDetails }) {
  const canRun = useMay('enqueue');
  return (
    <Section
      title="Methods"
      aside={
        <Text size="sm" c="dimmed" className="numbers">
          {counted(offers.length, 'method')}
        </Text>
      }
    >
      {offers.length === 0 && (
        <Text size="sm" c="dimmed">
          It offers none.
        </Text>
      )}
      <dl className={classes.offers}>
        {byModel(offers).map(({ model, methods }) => (
          <div key={model}>
            <dt>{model}</dt>
            <dd>
              {methods.map((method) => {
                const name = method.slice(model.length + 1);
                return canRun ? (
                  <Link key={method} to="/run/$method" params={{ method }} className={classes.link}>
                    {name}
                  </Link>
                ) : (
                  <span key={method}>{name}</span>
                );
              })}
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
