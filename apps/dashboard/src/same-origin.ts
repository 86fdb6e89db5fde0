import { ClusterError } from '@drover/core';
import type { RequestHandler } from 'express';

/**
 * Lets through what our own pages ask for. The session cookie is SameSite=Strict already; this holds also where a
 * sibling host is hostile, or a browser is old.
 *
 * Browsers say where a request comes from in Sec-Fetch-Site (over TLS and on localhost) and, for changes, in Origin. A
 * change that says neither comes from no browser, and has no business here: programs use the API.
 */
export const requireSameOrigin: RequestHandler = (request, _response, next) => {
  const site = request.get('sec-fetch-site');
  const origin = request.get('origin');
  const isReading = request.method === 'GET' || request.method === 'HEAD';
  if (isOwn(site, origin, `${request.protocol}://${request.host}`, isReading)) next();
  else next(new ClusterError('origin_refused', 'Only the pages of this dashboard may ask this; programs use the API.'));
};

export function isOwn(
  site: string | undefined,
  origin: string | undefined,
  ownOrigin: string,
  isReading: boolean,
): boolean {
  // Of a person who types the address, browsers say `none`.
  if (site !== undefined) return site === 'same-origin' || (isReading && site === 'none');
  if (origin !== undefined) return origin === ownOrigin;
  return isReading;
}
