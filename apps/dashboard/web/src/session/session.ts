import { DroverError, type Me } from '@drover/client';
import type { Problem, Scope } from '@drover/core';
import { queryOptions, useQuery } from '@tanstack/react-query';

/** Who is signed in. The token itself stays with the server: the page never holds it. */
export type Session = Me;

async function call(method: 'GET' | 'POST' | 'DELETE', body?: unknown): Promise<Response> {
  let response: Response;
  try {
    response = await fetch('/session', {
      method,
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (cause) {
    throw new DroverError('network', 'the dashboard was not reached', { cause });
  }
  if (response.ok) return response;
  const problem = (await response.json().catch(() => undefined)) as Problem | undefined;
  throw new DroverError(
    problem?.code ?? 'answer_invalid',
    problem?.detail ?? `the dashboard answered ${response.status}`,
    {
      status: response.status,
      problem,
    },
  );
}

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async (): Promise<Session | null> => {
    try {
      return (await (await call('GET')).json()) as Session;
    } catch (error) {
      if (error instanceof DroverError && error.status === 401) return null;
      throw error;
    }
  },
});

/** @throws DroverError token_invalid, and whatever keeps the server from asking the API. */
export async function signIn(token: string): Promise<void> {
  await call('POST', { token });
}

export async function signOut(): Promise<void> {
  await call('DELETE');
}

/** Whether the signed-in key has the scope. The API decides; this only saves people from asking in vain. */
export function useMay(scope: Scope): boolean {
  const { data } = useQuery(sessionQuery);
  return data?.scopes.some((held) => held === scope || held === 'admin') ?? false;
}

/** Whether the signed-in key may end tasks that run: whoever set up the cluster decides which scope that needs. */
export function useMayKill(): boolean {
  const { data } = useQuery(sessionQuery);
  return data?.mayKill ?? false;
}

/** Whether the signed-in key reaches over companies: what concerns the whole cluster is not for keys bound to one. */
export function useIsClusterWide(): boolean {
  const { data } = useQuery(sessionQuery);
  return data != null && data.company === undefined;
}
