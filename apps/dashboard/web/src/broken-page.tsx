import { EmptyState } from '@mantine/core';
import { IconMapQuestion } from '@tabler/icons-react';
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { Page } from './page.tsx';
import { PageLink } from './page-link.tsx';
import { ProblemNotice } from './problem.tsx';

/** What a page that could not be shown says. */
export function BrokenPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <Page title="This page cannot be shown">
      <ProblemNotice error={error} onRetry={retry} />
    </Page>
  );
}

export function MissingPage() {
  return (
    <Page title="There is no such page">
      <EmptyState
        icon={<IconMapQuestion aria-hidden />}
        title="Nothing lives at this address"
        description={
          <>
            Go to the <PageLink to="/">overview</PageLink> or to the <PageLink to="/tasks">tasks</PageLink>.
          </>
        }
      />
    </Page>
  );
}
