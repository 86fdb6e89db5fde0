import { Button, Code, Collapse, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useId } from 'react';
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
  const id = useId();
  const Icon = isShown ? IconChevronDown : IconChevronRight;
  return (
    <div className={classes.hint}>
      <Text size="sm" c="dimmed">
        Texts may hold expressions that each fire fills in, such as <Code>{'${fire.date}'}</Code>. Where a number or a
        list is meant, write them as JSON.
      </Text>
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        ml={-8}
        c="var(--mantine-color-text)"
        leftSection={<Icon size={15} aria-hidden />}
        aria-expanded={isShown}
        aria-controls={id}
        onClick={toggle}
      >
        All expressions
      </Button>
      <Collapse expanded={isShown} id={id} keepMountedMode="display-none">
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
      </Collapse>
    </div>
  );
}
