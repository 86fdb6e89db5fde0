/**
 * The words of a command as a POSIX shell would read them, as far as that needs no shell: quotes, backslashes, comments.
 * JSON may stand as it is, without quotes around it.
 */
export type ShellWords = {
  words: string[];
  /** Where output was to go: `>/dev/null`, `2>&1`. They are no words. */
  redirections: string[];
  /** The first thing in it that only a shell can do: a pipe, a variable, a pattern. */
  needsShell?: string | undefined;
  /** A quote that is never closed. */
  openQuote?: string | undefined;
};

const redirection = /(?:\d?>>?|&>>?)[ \t]*(?:&\d|[^\s|;&<>"'`$()*?]+)/y;
const special = /\|\|?|&&?|;|>>?|<|\$\w*|`|[()*?]/y;
/** What a backslash takes its meaning from between double quotes. */
const escapedInQuotes = new Set('"\\$`');

export function shellWords(text: string): ShellWords {
  const words: string[] = [];
  const redirections: string[] = [];
  let word: string | undefined;
  let mayBeJson = true;
  let at = 0;
  while (at < text.length) {
    const character = text[at] as string;
    const isWordStart = word === undefined;
    if (character === ' ' || character === '\t') {
      if (word !== undefined) words.push(word);
      word = undefined;
      at += 1;
      continue;
    }
    if (isWordStart && character === '#') break;
    const sent = isWordStart ? matchAt(redirection, text, at) : undefined;
    if (sent !== undefined) {
      redirections.push(sent);
      at += sent.length;
      continue;
    }
    const json = isWordStart && mayBeJson && '[{'.includes(character) ? jsonAt(text, at) : undefined;
    if (json === undefined && isWordStart && '[{'.includes(character)) mayBeJson = false;
    const read = json ?? readAt(text, at);
    if (read === undefined) return { words, redirections, openQuote: character };
    if (read.needsShell !== undefined) return { words, redirections, needsShell: read.needsShell };
    word = (word ?? '') + read.text;
    at = read.endAt;
  }
  if (word !== undefined) words.push(word);
  return { words, redirections };
}

type Read = { text: string; endAt: number; needsShell?: string | undefined };

/** A quoted part, or one character. Undefined: the quote is never closed. */
function readAt(text: string, at: number): Read | undefined {
  const character = text[at] as string;
  if (character === "'") return singleQuoted(text, at);
  if (character === '"') return doubleQuoted(text, at);
  if (character === '\\') return { text: text[at + 1] ?? '', endAt: at + 2 };
  return { text: character, endAt: at + 1, needsShell: matchAt(special, text, at) };
}

function singleQuoted(text: string, start: number): Read | undefined {
  const end = text.indexOf("'", start + 1);
  return end === -1 ? undefined : { text: text.slice(start + 1, end), endAt: end + 1 };
}

function doubleQuoted(text: string, start: number): Read | undefined {
  let read = '';
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at] as string;
    const next = text[at + 1];
    if (character === '"') return { text: read, endAt: at + 1 };
    if (character === '$' || character === '`') return { text: read, endAt: at, needsShell: character };
    if (character === '\\' && next !== undefined && escapedInQuotes.has(next)) {
      read += next;
      at += 1;
    } else read += character;
  }
  return undefined;
}

/** The array or object of JSON that begins here, if one does. */
function jsonAt(text: string, start: number): Read | undefined {
  let depth = 0;
  let isInString = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at] as string;
    if (isInString) {
      if (character === '\\') at += 1;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if ('[{'.includes(character)) depth += 1;
    else if (']}'.includes(character)) depth -= 1;
    if (depth === 0) return jsonFrom(text.slice(start, at + 1), at + 1);
  }
  return undefined;
}

function jsonFrom(text: string, endAt: number): Read | undefined {
  try {
    JSON.parse(text);
    return { text, endAt };
  } catch {
    return undefined;
  }
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
