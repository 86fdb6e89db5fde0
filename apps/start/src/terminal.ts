import { styleText } from 'node:util';
import { createLinePrinter } from '@drover/runtime';

/** What people read, and the log lines of the processes, on one output. */
export type Terminal = {
  /** Colours and a line that changes; otherwise plain lines, for files and pipes. */
  readonly isLive: boolean;
  print(text?: string): void;
  /** Shows a line that the next call replaces. Without a terminal it shows nothing. */
  live(text: string): void;
  /** A process's log line: shown, or held back while `holdLogs` is in force. */
  log(line: string): void;
  holdLogs(): void;
  /** Shows log lines again, from now on. */
  releaseLogs(): void;
  /** Shows, of the lines held back, the newest that are warnings or worse, or no log lines at all. */
  showFaults(): void;
  paint(style: Style, text: string): string;
};

export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan';

const heldLines = 30;
/** pino's `warn`. */
const warnLevel = 40;
const clearLine = '\r\x1b[2K';

export function createTerminal(output: NodeJS.WriteStream = process.stdout): Terminal {
  const isLive = output.isTTY === true && process.env.TERM !== 'dumb';
  const hasColours = isLive && !process.env.NO_COLOR;
  const printLog = isLive ? createLinePrinter({ colorize: hasColours }) : (line: string) => `${line}\n`;
  let current = '';
  let held: string[] | undefined;

  const write = (text: string) => output.write(current === '' ? text : `${clearLine}${text}${current}`);
  return {
    isLive,
    print(text = '') {
      if (current !== '') output.write(clearLine);
      current = '';
      output.write(`${text}\n`);
    },
    live(text) {
      if (!isLive) return;
      current = text;
      output.write(`${clearLine}${text}`);
    },
    log(line) {
      if (held === undefined) write(printLog(line));
      else if (isFault(line)) held = [...held.slice(1 - heldLines), line];
    },
    holdLogs() {
      held ??= [];
    },
    releaseLogs() {
      held = undefined;
    },
    showFaults() {
      for (const line of held ?? []) write(printLog(line));
      if (held !== undefined) held = [];
    },
    paint: (style, text) => (hasColours ? styleText(style, text) : text),
  };
}

function isFault(line: string): boolean {
  try {
    return ((JSON.parse(line) as { level?: number }).level ?? warnLevel) >= warnLevel;
  } catch {
    return true;
  }
}
