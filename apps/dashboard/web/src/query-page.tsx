import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Page } from './page.tsx';
import { PageSkeleton } from './page-skeleton.tsx';
import { ProblemNotice } from './problem.tsx';
import { QueryPart } from './query-part.tsx';

type Props<T> = {
  query: UseQueryResult<T>;
  /** What the page is called while nothing is known. */
  title: string;
  children: (data: T) => ReactNode;
};

/** The page of one thing: grey shapes, then the thing; without it, why. */
export function QueryPage<T>({ query, title, children }: Props<T>) {
  if (query.data === undefined && query.error === null) return <PageSkeleton />;
  if (query.data === undefined) {
    return (
      <Page title={title}>
        <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />
      </Page>
    );
  }
  return <QueryPart query={query}>{children}</QueryPart>;
}
