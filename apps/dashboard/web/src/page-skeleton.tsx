import { Skeleton, Stack, VisuallyHidden } from '@mantine/core';

/** Grey shapes where lines will be. */
export function Lines({ count }: { count: number }) {
  return (
    <Stack gap="sm" aria-busy="true">
      <VisuallyHidden role="status">Loading</VisuallyHidden>
      {Array.from({ length: count }, (_, index) => index).map((index) => (
        <Skeleton key={index} height={34} radius="md" />
      ))}
    </Stack>
  );
}

export function PageSkeleton() {
  return (
    <Stack gap="lg">
      <Skeleton height={28} width="min(16rem, 60%)" />
      <Lines count={6} />
    </Stack>
  );
}
