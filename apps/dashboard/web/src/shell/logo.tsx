import classes from './shell.module.css';

export function Logo() {
  return (
    <span className={classes.logo}>
      <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
        <rect width="32" height="32" rx="8" fill="#1f7556" />
        <g fill="none" stroke="#fff" strokeWidth="3.2" strokeLinecap="round" strokeLinejoin="round">
          <path d="M7 10.5h7l4 5.5-4 5.5H7" opacity=".55" />
          <path d="M17 10.5h3.5l4.5 5.500-4.5 5.500H17" />
        </g>
      </svg>
      Drover
    </span>
  );
}
