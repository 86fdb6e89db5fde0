import { type Fault, limits } from '@drover/core';
import { Composer, type CST, type Document, isScalar, Lexer, LineCounter, Parser, visit } from 'yaml';
import { invalid } from './json-faults.ts';

/**
 * Reads YAML 1.2 as data: its core schema, no tags of anybody's own, names given once, aliases that do not explode.
 * Reading it blocks the process and recurses, so the text is measured in flat steps before anything is made of it.
 *
 * @throws ClusterError request_invalid; its faults name line and column
 */
export function parseYaml(text: string): unknown {
  const lines = new LineCounter();
  const at = (offset: number, message: string): Fault => {
    const { line, col } = lines.linePos(offset);
    return { pointer: '', message: `line ${line}, column ${col}: ${message}` };
  };
  const tokens = readTokens(text, lines);
  const [document, ...others] = new Composer({
    schema: 'core',
    resolveKnownTags: false,
    stringKeys: true,
    // The library compares each name with each other one.
    uniqueKeys: false,
  }).compose(tokens, true, text.length);
  const second = others[0];
  if (document === undefined) return null;
  if (second !== undefined) throw invalid([at(second.range[0], 'there is a second document: expected one')]);
  const faults = [...document.errors, ...document.warnings].map((error) => at(error.pos[0], wordsOf(error.message)));
  if (faults.length === 0) faults.push(...nodeFaults(document, at));
  if (faults.length > 0) throw invalid(faults.slice(0, limits.faults));
  try {
    return document.toJS({ maxAliasCount: limits.yamlAliases });
  } catch (error) {
    // The library's word for too many aliases.
    if (error instanceof ReferenceError) throw invalid([{ pointer: '', message: 'aliases stand for too much' }]);
    throw error;
  }
}

/** @throws ClusterError request_invalid: more than it may hold, or nested deeper */
function readTokens(text: string, lines: LineCounter): CST.Token[] {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  const tokens: CST.Token[] = [];
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    count += 1;
    if (count > limits.yamlTokens)
      throw invalid([{ pointer: '', message: 'is too much YAML: send it as JSON, or in parts' }]);
    tokens.push(...parser.next(lexeme));
  }
  tokens.push(...parser.end());
  if (depthOf(tokens) > limits.yamlDepth) {
    throw invalid([{ pointer: '', message: `is nested deeper than ${limits.yamlDepth} levels` }]);
  }
  return tokens;
}

/** How deep it nests; goes no deeper than it must. */
function depthOf(tokens: CST.Token[]): number {
  let level: CST.Token[] = tokens;
  let depth = 0;
  while (level.length > 0 && depth <= limits.yamlDepth) {
    depth += 1;
    level = level.flatMap(inside);
  }
  return depth;
}

function inside(token: CST.Token): CST.Token[] {
  if (token.type === 'document') return token.value === undefined ? [] : [token.value];
  if (!('items' in token)) return [];
  return token.items.flatMap(({ key, value }) => [key, value].filter((part) => part !== undefined && part !== null));
}

type At = (offset: number, message: string) => Fault;

function nodeFaults(document: Document, at: At): Fault[] {
  const faults: Fault[] = [];
  visit(document, {
    Map(_, map) {
      const names = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (names.has(key.value)) faults.push(at(key.range?.[0] ?? 0, `"${key.value}" is there twice`));
        names.add(key.value);
      }
    },
    Scalar(_, { value, range }) {
      if (!Number.isInteger(value) || Number.isSafeInteger(value)) return;
      faults.push(at(range?.[0] ?? 0, 'would be rounded: make it a text'));
    },
  });
  return faults;
}

/** The library's messages, as ours begin. */
function wordsOf(message: string): string {
  return message.replace(/^./, (letter) => letter.toLowerCase());
}
