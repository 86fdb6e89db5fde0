import { DroverError } from '@drover/client';
import { Text } from '@mantine/core';
import { Page } from '../../page.tsx';
import { BackLink } from '../../page-link.tsx';

export function isUnknownJob(error: unknown): boolean {
  return error instanceof DroverError && error.code === 'job_unknown';
}

export function UnknownJob({ id }: { id: string }) {
  return (
    <Page title="There is no such job">
      <Text>
        No job that you may see has the id <span className="mono">{id}</span>. It may be mistyped, belong to another
        company, or have been deleted.
      </Text>
      <BackLink to="/jobs" mt="md">
        To the jobs
      </BackLink>
    </Page>
  );
}
