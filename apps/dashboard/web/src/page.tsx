import { Title } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import classes from './page.module.css';

/** The first page of a visit leaves the focus at the top, where the skip link is; every later one takes it. */
let isFirst = true;

type Props = {
  /** What the browser's tab says. */
  title: string;
  /** What the heading says, where that is more than the title. */
  heading?: ReactNode;
  /** Beside the heading: how it is. */
  badge?: ReactNode;
  /** Beneath the heading. */
  subtitle?: ReactNode;
  /** Buttons beside the heading. */
  actions?: ReactNode;
  children: ReactNode;
};

/** A page with its heading, which takes the focus when people come here, so that screen readers say where they are. */
export function Page({ title, heading = title, badge, subtitle, actions, children }: Props) {
  const ref = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    document.title = `${title} · Drover`;
  }, [title]);

  useEffect(() => {
    if (isFirst) isFirst = false;
    else ref.current?.focus();
  }, []);

  return (
    <>
      <div className={classes.head}>
        <div className={classes.words}>
          <Title order={1} ref={ref} tabIndex={-1} className={classes.title}>
            {badge === undefined ? (
              heading
            ) : (
              <span className={classes.marked}>
                {heading}
                {badge}
              </span>
            )}
          </Title>
          {subtitle !== undefined && <div className={classes.subtitle}>{subtitle}</div>}
        </div>
        {actions !== undefined && <div className={classes.actions}>{actions}</div>}
      </div>
      {children}
    </>
  );
}

/** What matters most, and what is known besides; one beneath the other where the screen is narrow. */
export function PageColumns({ children }: { children: ReactNode }) {
  return <div className={classes.columns}>{children}</div>;
}
