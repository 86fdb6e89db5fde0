/**
 * The pause that a `Retry-After` header asks for, seconds: a number of them, or an HTTP date (RFC 9110, 10.2.3).
 * Undefined when there is none that can be read.
 */
export function retryAfterSeconds(header: string | string[] | undefined, now: Date): number | undefined {
  const text = (Array.isArray(header) ? header[0] : header)?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  // All three date formats begin with the day of the week. The asctime one does not name its zone: it is GMT.
  if (!/^[A-Z][a-z]{2,8},? /.test(text)) return undefined;
  const at = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now.getTime()) / 1_000));
}
