import { DroverError } from '@drover/client';
import { Button, Center, Code, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { IconAlertCircle, IconKey } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import { Notice } from '../notice.tsx';
import { describeProblem } from '../problem.tsx';
import { ColorSchemeToggle } from '../shell/color-scheme-toggle.tsx';
import { Logo } from '../shell/logo.tsx';
import { sessionQuery, signIn } from './session.ts';
import classes from './sign-in-page.module.css';

const route = getRouteApi('/sign-in');

/** What a refused token means for the person who typed it. */
function describeRefusal(error: unknown): { title: string; detail: string } {
  if (error instanceof DroverError && error.status === 401) {
    return {
      title: 'This token is not known',
      detail: 'Look for a missing character at either end. If its key was revoked, an admin can make a new one.',
    };
  }
  if (error instanceof DroverError && error.status === 429) {
    return { title: 'Too many tries', detail: 'Wait a minute, then try again.' };
  }
  if (error instanceof DroverError && error.status >= 500) {
    return { title: 'The cluster does not answer', detail: `${error.message}. The token may well be right.` };
  }
  return describeProblem(error);
}

function useSignIn() {
  const { next } = route.useSearch();
  const router = useRouter();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: signIn,
    onSuccess: async () => {
      queryClient.clear();
      await queryClient.fetchQuery(sessionQuery);
      // Bull Board is no page of ours: the server answers there.
      if (next !== undefined && /^\/queues([/?]|$)/.test(next)) window.location.assign(next);
      else router.history.push(next ?? '/');
    },
  });
}

export function SignInPage() {
  const [token, setToken] = useState('');
  const [isMissing, setIsMissing] = useState(false);
  const { mutate, isPending, error } = useSignIn();
  const refusal = error === null ? undefined : describeRefusal(error);

  useEffect(() => {
    document.title = 'Sign in · Drover';
  }, []);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (token.trim() === '') setIsMissing(true);
    else if (!isPending) mutate(token.trim());
  };

  return (
    <Center component="main" className={classes.page}>
      <div className={classes.toggle}>
        <ColorSchemeToggle />
      </div>
      <Paper className={classes.card} component="form" onSubmit={submit}>
        <Stack gap="lg">
          <Logo />
          <div>
            <Title order={1}>Sign in</Title>
            <Text size="sm" c="dimmed" mt={4}>
              Background work, watched and steered.
            </Text>
          </div>
          <PasswordInput
            label="Token"
            description="An API key’s token, or the admin token."
            name="token"
            autoComplete="current-password"
            autoFocus
            leftSection={<IconKey size={16} aria-hidden />}
            value={token}
            onChange={(event) => {
              setToken(event.currentTarget.value);
              setIsMissing(false);
            }}
            visibilityToggleButtonProps={{ 'aria-label': 'Show the token' }}
            error={isMissing ? 'Type or paste a token' : refusal !== undefined}
          />
          {refusal !== undefined && (
            <Notice role="alert" tone="red" icon={IconAlertCircle} title={refusal.title}>
              <Text size="sm" c="var(--mantine-color-text)">
                {refusal.detail}
              </Text>
            </Notice>
          )}
          <Button type="submit" fullWidth loading={isPending}>
            Sign in
          </Button>
          <Text size="sm" c="dimmed">
            The admin token was printed once, at the first <Code>npm start</Code>. Lost? Set <Code>ADMIN_TOKEN</Code>{' '}
            and start again.
          </Text>
        </Stack>
      </Paper>
    </Center>
  );
}
