import type { Schedule } from '@drover/core';
import { Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { cluster } from '../../cluster.ts';
import { Confirmation } from '../../confirmation.tsx';
import { ProblemNotice } from '../../problem.tsx';
import { Section } from '../../section.tsx';
import { useMay } from '../../session/session.ts';
import { driftOf, valueWords } from '../differences.ts';
import { useScheduleUpdate } from '../use-schedule-update.ts';
import classes from './schedule-page.module.css';

/** Where a person's edit differs from what the code says, and the two ways to settle it. */
export function DriftPanel({ schedule }: { schedule: Schedule }) {
  const isAdmin = useMay('admin');
  if (schedule.drift === undefined) return null;
  const { isAdopted } = schedule.drift;
  return (
    <Section title={isAdopted ? 'Differs from the code, and shall' : 'Differs from the code'}>
      <Text size="sm" c="dimmed" mb="xs">
        {isAdopted
          ? 'Somebody edited it and adopted the edit. It stays so until the code changes.'
          : 'It is declared in code, and somebody edited it since. The edit is in force.'}
      </Text>
      <dl className={classes.differences}>
        {driftOf(schedule).map(({ field, label, before, after }) => (
          <div key={field}>
            <dt>{label}</dt>
            <dd>
              <span className={classes.side}>The code says</span> {valueWords(field, before)}
            </dd>
            <dd>
              <span className={classes.side}>It is</span> <b>{valueWords(field, after)}</b>
            </dd>
          </div>
        ))}
      </dl>
      {isAdmin && <Settle schedule={schedule} isAdopted={isAdopted} />}
    </Section>
  );
}

function Settle({ schedule, isAdopted }: { schedule: Schedule; isAdopted: boolean }) {
  const { id, name, version } = schedule;
  const [isAsked, { open, close }] = useDisclosure(false);
  const update = useScheduleUpdate();
  const adopt = useMutation({
    mutationFn: () => cluster.schedules.adopt(id, { version }),
    onSuccess: (changed) => {
      update(changed);
      notifications.show({ message: `The edit of ${name} is adopted.` });
    },
  });
  const reset = useMutation({
    mutationFn: () => cluster.schedules.reset(id, { version }),
    onSuccess: (changed) => {
      close();
      update(changed);
      notifications.show({ message: `${name} is again as the code says.` });
    },
  });
  const ask = () => {
    reset.reset();
    open();
  };
  return (
    <>
      {adopt.error !== null && <ProblemNotice error={adopt.error} />}
      <Group gap="xs" mt="sm">
        {!isAdopted && (
          <Button size="xs" variant="default" loading={adopt.isPending} onClick={() => adopt.mutate()}>
            Adopt the edit
          </Button>
        )}
        <Button size="xs" variant="default" onClick={ask}>
          Reset to the code …
        </Button>
      </Group>
      <Confirmation
        title={`Reset ${name} to the code?`}
        confirm="Reset it"
        isOpen={isAsked}
        isPending={reset.isPending}
        isDangerous
        error={reset.error}
        onConfirm={() => reset.mutate()}
        onClose={close}
      >
        The edit is lost: rule, policies and task are again as the code declares them. What came of it so far stays.
      </Confirmation>
    </>
  );
}
