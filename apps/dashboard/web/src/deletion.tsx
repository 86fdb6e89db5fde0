import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Confirmation } from './confirmation.tsx';

type Props = {
  what: 'job' | 'schedule';
  thing: { id: string; name: string };
  remove: () => Promise<unknown>;
  onClose: () => void;
  /** What follows from it. */
  children: ReactNode;
};

/** Asks before a thing is deleted, and leads back to its list. Why it is refused is shown. */
export function Deletion({ what, thing: { id, name }, remove, onClose, children }: Props) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: remove,
    onSuccess: async () => {
      notifications.show({ message: `${name} is deleted.` });
      await navigate({ to: `/${what}s` });
      queryClient.removeQueries({ queryKey: [what, id] });
      await queryClient.invalidateQueries({ queryKey: [`${what}s`] });
    },
  });
  return (
    <Confirmation
      title={`Delete ${name}?`}
      confirm="Delete it"
      isOpen
      isPending={isPending}
      isDangerous
      error={error}
      onConfirm={() => mutate()}
      onClose={onClose}
    >
      {children}
    </Confirmation>
  );
}
