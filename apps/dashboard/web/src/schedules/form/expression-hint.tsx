import { Code, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Folded } from '../../folded.tsx';
import classes from './form.module.css';

const expressions: [written: string, means: string][] = [
  ['${fire.date}', 'the day of the fire, in the schedule’s zone: 2026-11-26'],
  ['${fire.at}', 'its time, as an instant in UTC'],
  ['${fire.local}', 'its time in the schedule’s zone, with the offset'],
  ['${today - 30d}', 'thirty days before the day of the fire'],
  ['${now - 2h}', 'two hours before the fire'],
  ['${schedule.name}', 'the name of this schedule; also ${schedule.id}'],
  ['${user}, ${company}', 'on whose behalf, and whose task it is'],
];

/** What arguments may hold that is known at the fire only. */
export function ExpressionHint() {
  const [isShown, { toggle }] = useDisclosure(false);
  return (
    <div className={classes.hint}>
      <Text size="sm" c="dimmed">
        Texts may hold expressions that each fire fills in, such as <Code>{'${fire.date}'}</Code>. Where a number or a
        list is meant, write them as JSON.
      </Text>
      <Folded label="All expressions" isShown={isShown} onToggle={toggle}>
        <dl className={classes.expressions}>
          {expressions.map(([written, means]) => (
            <div key={written}>
              <dt>
                <Code>{written}</Code>
              </dt>
              <dd>{means}</dd>
            </div>
          ))}
        </dl>
      </Folded>
    </div>
  );
}
