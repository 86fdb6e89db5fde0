import { DroverError } from '@drover/client';
import { Text } from '@mantine/core';
import { Page } from '../../page.tsx';
import { BackLink } from '../../page-link.tsx';

export function isUnknown(error: unknown): boolean {
  return error instanceof DroverError && error.code === 'schedule_unknown';
}

export function UnknownSchedule({ id }: { id: string }) {
  return (
    <Page title="There is no such schedule">
      <Text>
        No schedule that you may see has the id <span className="mono">{id}</span>. It may be mistyped, belong to
        another company, or have been deleted.
      </Text>
      <BackLink to="/schedules" mt="md">
        To the schedules
      </BackLink>
    </Page>
  );
}
