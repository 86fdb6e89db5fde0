import { DroverError } from '@drover/client';
import { limits, type PauseRequest, type Schedule } from '@drover/core';
import { Stack, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { cluster } from '../cluster.ts';
import { Confirmation } from '../confirmation.tsx';
import { messageOf } from '../fault.ts';
import { instantOf, localOf } from '../local-time.ts';
import { TimeInput } from '../time-input.tsx';
import { actionWords } from './schedule-actions.ts';
import { useScheduleUpdate } from './use-schedule-update.ts';

/** Pauses a schedule, with a note and until a time; or changes what was said of a pause. */
export function PauseDialog({ schedule, onClose }: { schedule: Schedule; onClose: () => void }) {
  const { note: formerNote = '', until: formerUntil } = schedule.pause ?? {};
  const [note, setNote] = useState(formerNote);
  const [until, setUntil] = useState(formerUntil === undefined ? null : localOf(formerUntil));
  const update = useScheduleUpdate();
  const { title, confirm, follows, done } = actionWords('pause', schedule);
  const { mutate, isPending, error } = useMutation({
    mutationFn: (request: PauseRequest) => cluster.schedules.pause(schedule.id, request),
    onSuccess: (changed) => {
      update(changed);
      notifications.show({ message: done });
      onClose();
    },
  });
  const said = note.trim();
  const pause = () =>
    mutate({ ...(said === '' ? {} : { note: said }), ...(until === null ? {} : { until: instantOf(until) }) });
  const faults = error instanceof DroverError ? error.faults : [];
  return (
    <Confirmation
      title={title}
      confirm={confirm}
      isOpen
      isPending={isPending}
      error={error}
      onConfirm={pause}
      onClose={onClose}
    >
      <Stack gap="sm">
        <Text size="sm">{follows}</Text>
        <Textarea
          label="Note"
          description="Why, for those who look next. May be left out."
          autosize
          minRows={2}
          maxRows={8}
          maxLength={limits.commentLength}
          value={note}
          error={messageOf(faults, 'note')}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <TimeInput
          label="Until"
          description="In your time zone. It goes on by itself then; left empty, when somebody resumes it."
          value={until}
          error={messageOf(faults, 'until')}
          onChange={setUntil}
        />
      </Stack>
    </Confirmation>
  );
}
