import { Paper, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import classes from './section.module.css';

type Props = {
  title: string;
  /** At the right of the heading. */
  aside?: ReactNode;
  /** Lets tables and lists reach the edges. */
  isFlush?: boolean;
  children: ReactNode;
};

/** A part of a page, named by its heading. */
export function Section({ title, aside, isFlush = false, children }: Props) {
  const id = useId();
  return (
    <Paper component="section" aria-labelledby={id} className={classes.section}>
      <div className={classes.head}>
        <Title order={2} id={id}>
          {title}
        </Title>
        {aside}
      </div>
      <div className={isFlush ? classes.flush : classes.body}>{children}</div>
    </Paper>
  );
}
