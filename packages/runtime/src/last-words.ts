/** Kept of what a process wrote, lines. */
const linesMax = 12;

/** The newest lines that a process wrote: when it dies, they say why. */
export class LastWords {
  #lines: string[] = [];

  hear(line: string): void {
    this.#lines = [...this.#lines.slice(1 - linesMax), line];
  }

  /** One below the other, indented. Log lines are JSON: of those, what they say. */
  toString(): string {
    return this.#lines.map((line) => `  ${wordsOf(line)}`).join('\n');
  }
}

function wordsOf(line: string): string {
  try {
    const { msg, err } = JSON.parse(line) as { msg?: string; err?: { message?: string } };
    return [msg ?? line, err?.message].filter((part) => part !== undefined).join(': ');
  } catch {
    return line;
  }
}
