import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { createSeal } from './seal.ts';

/**
 * A session is the user's token, sealed into a cookie that only this server can read: pages never see the token, and a
 * restart costs nobody a sign-in. It ends when it is signed out, when its time is up, or when the API no longer knows
 * the token, which is asked on every use.
 */

/** A working day. */
export const sessionMs = 12 * 3_600_000;
/** Sessions that were signed out before their time, and are remembered so long. */
const endedMax = 10_000;
const cookieBytesMax = 4_096;

const Session = z.object({ id: z.string(), token: z.string(), expiresAt: z.number() });
export type Session = z.infer<typeof Session>;

export type Sessions = {
  /** Lets the browser in with this token. */
  begin(request: Request, response: Response, token: string): void;
  /** The session that the request belongs to. */
  of(request: Request): Session | undefined;
  /** Forgets it, in the browser and here. */
  end(request: Request, response: Response): void;
  /** Calls back once when it ends here: by signing out, or at its time. Answers what takes that back. */
  whenEnded(session: Session, onEnd: () => void): () => void;
};

export function createSessions(secret: string | Buffer, now: () => number = Date.now): Sessions {
  const seal = createSeal(secret, 'dashboard session');
  const ended = new Map<string, number>();
  const watchers = new Map<string, Set<() => void>>();

  const of = (request: Request): Session | undefined => {
    const sealed = cookieOf(request.get('cookie'), cookieName(request));
    const text = sealed === undefined ? undefined : seal.open(sealed);
    if (text === undefined) return undefined;
    const { success, data } = Session.safeParse(JSON.parse(text));
    return success && data.expiresAt > now() && !ended.has(data.id) ? data : undefined;
  };

  const setCookie = (request: Request, response: Response, value: string, maxAgeMs: number) => {
    response.cookie(cookieName(request), value, {
      httpOnly: true,
      sameSite: 'strict',
      secure: request.secure,
      path: '/',
      maxAge: maxAgeMs,
      encode: String,
    });
  };

  return {
    of,
    begin(request, response, token) {
      const session: Session = { id: randomUUID(), token, expiresAt: now() + sessionMs };
      setCookie(request, response, seal.close(JSON.stringify(session)), sessionMs);
    },
    end(request, response) {
      const session = of(request);
      if (session !== undefined) {
        for (const [id, expiresAt] of ended) if (expiresAt <= now() || ended.size >= endedMax) ended.delete(id);
        ended.set(session.id, session.expiresAt);
        for (const onEnd of [...(watchers.get(session.id) ?? [])]) onEnd();
      }
      setCookie(request, response, '', 0);
    },
    whenEnded(session, onEnd) {
      const ofSession = watchers.get(session.id) ?? new Set();
      watchers.set(session.id, ofSession);
      const leave = () => {
        clearTimeout(timer);
        ofSession.delete(call);
        if (ofSession.size === 0 && watchers.get(session.id) === ofSession) watchers.delete(session.id);
      };
      const call = () => {
        leave();
        onEnd();
      };
      const timer = setTimeout(call, Math.max(0, session.expiresAt - now()));
      timer.unref();
      ofSession.add(call);
      return leave;
    },
  };
}

/** `__Host-` ties the cookie to this very host, over TLS; browsers take it in no other case. */
function cookieName(request: Request): string {
  return request.secure ? '__Host-drover' : 'drover';
}

/** The value of a cookie; the first, when it is there twice. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const equals = pair.indexOf('=');
    if (equals === -1 || pair.slice(0, equals).trim() !== name) continue;
    const value = pair.slice(equals + 1).trim();
    return value === '' || value.length > cookieBytesMax ? undefined : value;
  }
  return undefined;
}
