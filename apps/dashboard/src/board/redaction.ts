/** Words that make a name the name of a secret, wherever they stand in it: `dbPassword`, `x-api-key`. */
const secretWords = [
  'password',
  'passwd',
  'passphrase',
  'pwd',
  'secret',
  'token',
  'authorization',
  'apikey',
  'accesskey',
  'privatekey',
  'signingkey',
  'encryptionkey',
  'credential',
  'cookie',
  'sessionid',
  'jwt',
  'cvv',
];
/** Words that do so only alone: `auth`, but not `author`. */
const secretNames = new Set(['auth', 'pin', 'pass', 'iban', 'ssn', 'otp']);

const mark = '[redacted]';
/** Deeper than anything that a task may hold. */
const depthMax = 100;

export function isSecretName(name: string): boolean {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  return secretNames.has(plain) || secretWords.some((word) => plain.includes(word));
}

/**
 * A copy in which the values of secret names are gone, at any depth, also in texts that hold JSON, and the passwords of
 * addresses. Whether a value is there, and yes or no, stays to be seen.
 */
export function redacted(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactedText(value, depth);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > depthMax) return mark;
  if (Array.isArray(value)) return value.map((item) => redacted(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, hides(name, item) ? mark : redacted(item, depth + 1)]),
  );
}

function hides(name: string, item: unknown): boolean {
  return isSecretName(name) && item !== null && item !== undefined && typeof item !== 'boolean';
}

function redactedText(text: string, depth: number): string {
  if (/^\s*[[{]/.test(text) && depth <= depthMax) {
    try {
      const held: unknown = JSON.parse(text);
      const shown = JSON.stringify(redacted(held, depth + 1));
      return shown === JSON.stringify(held) ? text : shown;
    } catch {
      // Not JSON after all.
    }
  }
  return text.replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/?#@]*):[^\s/?#@]+@/gi, `$1:${mark}@`);
}
