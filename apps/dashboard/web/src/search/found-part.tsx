import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode, Ref } from 'react';
import { QueryPart } from '../query-part.tsx';
import classes from './found-part.module.css';

type Props<Page> = {
  query: UseQueryResult<Page>;
  /** Makes it take the focus, when it is given. */
  ref?: Ref<HTMLDivElement>;
  children: (page: Page) => ReactNode;
};

/** What a search found: paler and out of reach while it is what the search before found. */
export function FoundPart<Page>({ query, ref, children }: Props<Page>) {
  return (
    <QueryPart query={query}>
      {(page) => (
        <div
          ref={ref}
          tabIndex={ref === undefined ? undefined : -1}
          className={classes.found}
          data-former={query.isPlaceholderData}
          aria-busy={query.isPlaceholderData}
        >
          {children(page)}
        </div>
      )}
    </QueryPart>
  );
}
