import type { TablerIcon } from '@tabler/icons-react';
import { createLink } from '@tanstack/react-router';
import type { ComponentProps, ReactNode } from 'react';
import classes from './figures.module.css';
import type { Tone } from './state.ts';

type Face = {
  label: string;
  icon: TablerIcon;
  tone: Tone;
  value: ReactNode;
  /** What puts the figure in its place. */
  note?: ReactNode;
  /** Nothing to look at: it stands back. */
  isQuiet?: boolean | undefined;
};

/** A few figures side by side, each an item of a list with a name. */
export function Figures({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul className={classes.figures} aria-label={label}>
      {children}
    </ul>
  );
}

/** One figure. */
export function Figure(face: Face) {
  return (
    <li>
      <div className={classes.figure} data-quiet={face.isQuiet}>
        <Content {...face} />
      </div>
    </li>
  );
}

/** One that leads to what it counts. */
export const FigureLink = createLink(
  ({ label, icon, tone, value, note, isQuiet, ...rest }: Face & Omit<ComponentProps<'a'>, keyof Face>) => (
    <li>
      <a {...rest} className={classes.figure} data-quiet={isQuiet}>
        <Content label={label} icon={icon} tone={tone} value={value} note={note} />
      </a>
    </li>
  ),
);

function Content({ label, icon: Icon, tone, value, note }: Face) {
  return (
    <>
      <span className={classes.label}>
        <Icon size={16} aria-hidden style={{ color: `var(--tone-${tone}-fg)` }} />
        {label}
      </span>
      <span className={classes.value}>{value}</span>
      {note !== undefined && <span className={classes.note}>{note}</span>}
    </>
  );
}
