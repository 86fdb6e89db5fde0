import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Lines } from './page-skeleton.tsx';
import { ProblemNotice } from './problem.tsx';

type Props<T> = {
  query: UseQueryResult<T>;
  /** Shown while there is nothing yet; null: nothing. Default: a few grey lines. */
  skeleton?: ReactNode;
  children: (data: T) => ReactNode;
};

/** What was asked for: grey shapes, then the data; a problem stands above the data that is still known. */
export function QueryPart<T>({ query, skeleton = <Lines count={4} />, children }: Props<T>) {
  const problem = query.error !== null && <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return problem || skeleton;
  return (
    <>
      {problem && <div style={{ marginBottom: '1rem' }}>{problem}</div>}
      {children(query.data)}
    </>
  );
}
