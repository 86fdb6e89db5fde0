import { ClusterError } from '@drover/core';
import type { Answer } from './answer.ts';
import { invalid } from './json-faults.ts';
import type { HeaderDoc } from './route.ts';

/**
 * `If-Match` (RFC 9110, 13.1.1) holds the ETag of what the caller has seen, so that nobody's edit is lost unseen. Our tags
 * are versions: `"3"`. Without the header, and with `*`, whatever there is may be changed. Tags are compared strongly: a
 * weak one never matches.
 */
const tag = '(?:W/)?"[!#-~\\x80-\\xff]*"';
const listOfTags = new RegExp(`^[ \\t,]*${tag}(?:[ \\t]*,[ \\t,]*${tag})*[ \\t,]*$`);
/** As they are written into an ETag: `"03"` is another tag. */
const version = /^[1-9]\d{0,14}$|^0$/;

function etagOf(entity: { version: number }): string {
  return `"${entity.version}"`;
}

/** Every answer that is one such entity has its version as the ETag. */
export function versionedAnswer(
  entity: { version: number },
  status = 200,
  headers: Record<string, string> = {},
): Answer {
  return { status, headers: { etag: etagOf(entity), ...headers }, body: entity };
}

/** @param what `schedule` */
export function ifMatchDoc(what: string): Record<string, HeaderDoc> {
  return {
    'if-match': {
      description: `The \`ETag\` of the ${what} as you have seen it (RFC 9110, 13.1.1): 412 when somebody has edited it since. \`*\`, or no header: whatever it is now.`,
      example: '"3"',
    },
  };
}

/**
 * The version that a change is based on.
 *
 * @param current the version that there is now; asked for only where the header leaves a choice, or none
 * @throws ClusterError request_invalid: it is no list of tags; precondition_failed; whatever `current` throws
 */
export async function basedOn(
  header: string | undefined,
  current: () => Promise<number>,
): Promise<{ version?: number }> {
  const versions = versionsOf(header);
  if (versions === undefined) return {};
  const [first, ...others] = versions;
  if (first !== undefined && others.length === 0) return { version: first };
  const now = await current();
  if (versions.includes(now)) return { version: now };
  throw new ClusterError('precondition_failed', `It is at version ${now} now, and If-Match names another one.`);
}

/** The versions that the header names. Undefined: any will do. */
function versionsOf(header: string | undefined): number[] | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  if (!listOfTags.test(header)) {
    throw invalid([{ pointer: 'header:if-match', message: 'must be ETags, such as "3", or *' }]);
  }
  const strong = [...header.matchAll(/(W\/)?"([^"]*)"/g)].flatMap(([, weak, text = '']) =>
    weak === undefined && version.test(text) ? [Number(text)] : [],
  );
  return [...new Set(strong)];
}
