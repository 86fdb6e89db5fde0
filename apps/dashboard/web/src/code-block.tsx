import classes from './code-block.module.css';
import { Copy } from './copy.tsx';

type Props = {
  text: string;
  /** What it is, for screen readers and the copy button. */
  label: string;
};

/** Text as it is, in a frame that scrolls, with a button that copies it. */
export function CodeBlock({ text, label }: Props) {
  return (
    <div className={classes.frame}>
      <div className={classes.copy}>
        <Copy text={text} what={label.toLowerCase()} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1). */}
      <section className={classes.text} tabIndex={0} aria-label={label}>
        <pre>{text}</pre>
      </section>
    </div>
  );
}

/** JSON, laid out for people. */
export function JsonBlock({ value, label }: { value: unknown; label: string }) {
  return <CodeBlock text={JSON.stringify(value, null, 2) ?? 'null'} label={label} />;
}
