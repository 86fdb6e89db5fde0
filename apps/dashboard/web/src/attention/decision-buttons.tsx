import { Button, Group } from '@mantine/core';
import {
  IconArrowBackUp,
  IconBan,
  IconDeviceFloppy,
  IconPlayerSkipForward,
  IconRefresh,
  type TablerIcon,
} from '@tabler/icons-react';
import { type Decision, decisionWords } from './decision.ts';

const icons: Record<Decision, TablerIcon> = {
  save: IconDeviceFloppy,
  'save-and-retry': IconRefresh,
  retry: IconRefresh,
  skip: IconPlayerSkipForward,
  cancel: IconBan,
};

type Props = { isChanged: boolean; onAsk: (decision: Decision) => void; onDiscard: () => void };

/** What may be decided. With changed arguments they are saved first, or let go: nothing typed is lost by mistake. */
export function DecisionButtons({ isChanged, onAsk, onDiscard }: Props) {
  const decisions: Decision[] = [
    ...(isChanged ? (['save-and-retry', 'save'] as const) : (['retry'] as const)),
    'skip',
    'cancel',
  ];
  return (
    <Group gap="xs" role="group" aria-label="Decisions">
      {decisions.map((decision, index) => {
        const Icon = icons[decision];
        return (
          <Button
            key={decision}
            type={index === 0 ? 'submit' : 'button'}
            variant={index === 0 ? 'filled' : 'default'}
            leftSection={<Icon size={16} aria-hidden />}
            onClick={index === 0 ? undefined : () => onAsk(decision)}
          >
            {decisionWords[decision].label}
          </Button>
        );
      })}
      {isChanged && (
        <Button
          variant="subtle"
          color="gray"
          c="var(--mantine-color-text)"
          leftSection={<IconArrowBackUp size={16} aria-hidden />}
          onClick={onDiscard}
        >
          Undo the changes
        </Button>
      )}
    </Group>
  );
}
