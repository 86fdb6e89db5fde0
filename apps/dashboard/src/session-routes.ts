import { createClient, DroverError, type Me } from '@drover/client';
import { ClusterError } from '@drover/core';
import type { Logger } from '@drover/runtime';
import { json, Router } from 'express';
import { z } from 'zod';
import { requireSameOrigin } from './same-origin.ts';
import type { Sessions } from './sessions.ts';
import { createSignInLimit } from './sign-in-limit.ts';

/** What the API answers about a token. @throws DroverError token_invalid, network, … */
export type Identify = (token: string) => Promise<Me>;

/** Two tries, soon: a person waits for the answer. */
export function identifyAt(apiUrl: string): Identify {
  const retry = { maxRetries: 1, delayMs: 100 };
  return (token) => createClient({ baseUrl: apiUrl, token, retry, requestTimeoutMs: 5_000 }).me();
}

const bodyBytes = 4_096;
const SignIn = z.strictObject({
  token: z
    .string()
    .min(1)
    .max(512)
    .regex(/^[\x21-\x7e]+$/),
});

type Parts = { sessions: Sessions; identify: Identify; logger: Logger; now?: (() => number) | undefined };

/** `POST /session {token}` signs in, `GET /session` says who it is, `DELETE /session` signs out. */
export function sessionRoutes({ sessions, identify, logger, now }: Parts): Router {
  const limit = createSignInLimit(now);
  const router = Router();
  router.use(requireSameOrigin);

  router.post('/', json({ limit: bodyBytes, strict: true }), async (request, response) => {
    const token = tokenOf(request.body);
    const address = request.ip ?? '';
    const waitSeconds = limit.take(address);
    if (waitSeconds !== undefined) {
      response.set('retry-after', String(waitSeconds));
      throw new ClusterError('too_many_requests', `Too many wrong tokens; try again in ${waitSeconds} s.`);
    }
    let me: Me;
    try {
      me = await identify(token);
    } catch (error) {
      const isWrong = error instanceof DroverError && error.status === 401;
      if (!isWrong) limit.giveBack(address);
      if (isWrong) logger.warn({ address }, 'sign-in refused');
      throw error;
    }
    limit.giveBack(address);
    sessions.begin(request, response, token);
    logger.info({ key: me.name, address }, 'signed in');
    response.set('cache-control', 'no-store').json(me);
  });

  router.get('/', async (request, response) => {
    const session = sessions.of(request);
    if (session === undefined) throw signInFirst();
    try {
      response.set('cache-control', 'no-store').json(await identify(session.token));
    } catch (error) {
      if (error instanceof DroverError && error.status === 401) sessions.end(request, response);
      throw error;
    }
  });

  router.delete('/', (request, response) => {
    sessions.end(request, response);
    response.set('cache-control', 'no-store').status(204).end();
  });

  return router;
}

export function signInFirst(): ClusterError {
  return new ClusterError('token_missing', 'Sign in first: there is no session, or it has ended.');
}

/** What could not be a token is refused before it costs anything. */
function tokenOf(body: unknown): string {
  if (body === undefined) throw new ClusterError('content_type_unsupported', 'Send JSON: {"token": "…"}.');
  const { success, data } = SignIn.safeParse(body);
  if (success) return data.token;
  throw new ClusterError('request_invalid', 'Expected {"token": "…"} with up to 512 visible ASCII characters.', {
    faults: [{ pointer: '/token', message: 'must be a token' }],
  });
}
