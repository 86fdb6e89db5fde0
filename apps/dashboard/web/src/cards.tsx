import type { ReactNode } from 'react';
import classes from './cards.module.css';

/** Rows where the screen has no room for a table: a list of cards. */
export function Cards({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul className={classes.cards} aria-label={label}>
      {children}
    </ul>
  );
}

type CardProps = {
  title: ReactNode;
  /** Beside the title. */
  aside?: ReactNode;
  className?: string | undefined;
  children: ReactNode;
};

export function Card({ title, aside, className, children }: CardProps) {
  return (
    <li className={className === undefined ? classes.card : `${classes.card} ${className}`}>
      {aside === undefined ? (
        title
      ) : (
        <span className={classes.title}>
          {title}
          {aside}
        </span>
      )}
      {children}
    </li>
  );
}

/** What a table has columns for. @param className says how wide they are */
export function CardFacts({ className, children }: { className: string | undefined; children: ReactNode }) {
  return <dl className={`${classes.facts} ${className}`}>{children}</dl>;
}

/** One of them; without a value it is left out. */
export function CardFact({ name, children }: { name: string; children: ReactNode }) {
  if (children === undefined) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
