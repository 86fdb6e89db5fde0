import type { Flow, FlowResumed } from '@drover/core';
import { Loader, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { StateBadge } from '../../badge.tsx';
import { cluster } from '../../cluster.ts';
import { Confirmation } from '../../confirmation.tsx';
import { counted } from '../../count.ts';
import classes from './flow-page.module.css';
import { useFlowUpdate } from './use-flow-update.ts';

type Props = { flow: Flow; onClose: () => void };

/** Listed; the others are counted. */
const listedMax = 50;

/** Shows what would run again and what stays, before it does. */
export function ResumeDialog({ flow, onClose }: Props) {
  const update = useFlowUpdate(flow.id);
  const preview = useQuery({
    queryKey: ['flow-resume', flow.id, flow.counts],
    queryFn: ({ signal }) => cluster.flows.previewResume(flow.id, { signal }),
    staleTime: 0,
    gcTime: 0,
  });
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => cluster.flows.resume(flow.id),
    onSuccess: ({ again }) => {
      update();
      notifications.show({ message: `The flow goes on: ${counted(again.length, 'task')} will run again.` });
      onClose();
    },
  });
  return (
    <Confirmation
      title="Resume this flow?"
      confirm={
        preview.data === undefined ? 'Resume the flow' : `Run ${counted(preview.data.again.length, 'task')} again`
      }
      isOpen
      isPending={isPending || preview.isPending}
      error={error ?? preview.error}
      onConfirm={() => (preview.data === undefined ? void preview.refetch() : mutate())}
      onClose={onClose}
    >
      {preview.data !== undefined && <Preview resumed={preview.data} />}
      {preview.isPending && <Loader size="sm" aria-label="Looking what would run again" />}
    </Confirmation>
  );
}

function Preview({ resumed: { again, kept } }: { resumed: FlowResumed }) {
  return (
    <Stack gap="xs">
      <Text size="sm">
        These run again with the same arguments, under the same ids. What their earlier attempts did is not undone.
      </Text>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1). */}
      <ul className={classes.again} tabIndex={0} aria-label="Tasks that run again">
        {again.slice(0, listedMax).map(({ key, state }) => (
          <li key={key}>
            <span className={classes.wrap}>{key}</span>
            {state !== undefined && <StateBadge state={state} />}
          </li>
        ))}
        {again.length > listedMax && <li>and {counted(again.length - listedMax, 'other')}</li>}
      </ul>
      <Text size="sm">
        {kept === 0
          ? 'No task has ended well.'
          : `${counted(kept, 'task')} that ended well ${kept === 1 ? 'stays' : 'stay'} done.`}
      </Text>
    </Stack>
  );
}
