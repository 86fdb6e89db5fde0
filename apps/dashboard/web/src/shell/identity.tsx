import { ActionIcon, Text, Tooltip } from '@mantine/core';
import { IconLogout } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { sessionQuery, signOut } from '../session/session.ts';
import classes from './shell.module.css';

/** Whose session this is, what it may do, and the way out. */
export function Identity() {
  const { data: session } = useQuery(sessionQuery);
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const { mutate, isPending } = useMutation({
    mutationFn: signOut,
    onSuccess: async () => {
      queryClient.setQueryData(sessionQuery.queryKey, null);
      await navigate({ to: '/sign-in' });
      queryClient.clear();
    },
  });
  if (!session) return null;
  const scopes = session.scopes.includes('admin') ? 'may do everything' : `may ${session.scopes.join(', ')}`;
  return (
    <div className={classes.identity}>
      <div className={classes.who}>
        <Text size="sm" fw={600} truncate>
          {session.name}
        </Text>
        <Text size="xs" c="dimmed" truncate>
          {session.company === undefined ? scopes : `${session.company} · ${scopes}`}
        </Text>
      </div>
      <Tooltip label="Sign out">
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label="Sign out"
          loading={isPending}
          onClick={() => mutate()}
        >
          <IconLogout size={19} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
