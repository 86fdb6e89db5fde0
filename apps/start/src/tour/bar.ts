const cells = 28;
/** A cell is divided into eighths. */
const parts = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** `██████▌       23 %  step 3 of 13`, never longer than `columns`. */
export function bar(percent: number, message: string, columns = 100): string {
  const filled = (Math.min(100, Math.max(0, percent)) / 100) * cells;
  const whole = Math.floor(filled);
  const rest = whole < cells ? (parts[Math.floor((filled - whole) * parts.length)] ?? ' ') : '';
  const drawn = `${'█'.repeat(whole)}${rest}`.padEnd(cells);
  const text = `${drawn} ${String(Math.floor(percent)).padStart(3)} %  ${message}`;
  return text.length > columns ? `${text.slice(0, columns - 1)}…` : text;
}
