import classes from './statistics.module.css';

export type Kind = 'completed' | 'failed' | 'cancelled';

/** What a part of a bar is filled with: those that did not end well are told apart without seeing colours, too. */
export function fillOf(kind: string): string {
  return kind === 'completed' ? 'var(--chart-done)' : `url(#pattern-${kind})`;
}

/** The patterns by name. They must be on the page once, wherever one is used. */
export function Patterns() {
  return (
    <svg className={classes.patterns} aria-hidden="true">
      <defs>
        <pattern id="pattern-failed" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="6" height="6" fill="var(--chart-error)" />
          <rect width="1.5" height="6" fill="var(--surface)" opacity="0.7" />
        </pattern>
        <pattern id="pattern-cancelled" width="6" height="6" patternUnits="userSpaceOnUse">
          <rect width="6" height="6" fill="var(--chart-cancelled)" />
          <circle cx="3" cy="3" r="1.2" fill="var(--surface)" />
        </pattern>
      </defs>
    </svg>
  );
}

/** A little of it, for legends. */
export function Swatch({ kind }: { kind: Kind }) {
  return (
    <svg width="13" height="13" className={classes.swatch} aria-hidden="true">
      <rect width="13" height="13" rx="3" fill={fillOf(kind)} />
    </svg>
  );
}
