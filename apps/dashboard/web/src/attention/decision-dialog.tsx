import { limits } from '@drover/core';
import { Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Confirmation } from '../confirmation.tsx';
import { type Decision, decisionWords } from './decision.ts';

type Props = {
  decision: Decision;
  /** There are new arguments. */
  isChanged: boolean;
  isPending: boolean;
  error: unknown;
  onConfirm: (comment: string) => void;
  onClose: () => void;
};

/** Says what follows from a decision, and takes a comment. */
export function DecisionDialog({ decision, isChanged, isPending, error, onConfirm, onClose }: Props) {
  const [comment, setComment] = useState('');
  const { title, confirm, follows } = decisionWords[decision];
  const isLost = isChanged && (decision === 'skip' || decision === 'cancel');
  return (
    <Confirmation
      title={title}
      confirm={confirm}
      isOpen
      isPending={isPending}
      isDangerous={decision === 'cancel'}
      error={error}
      onConfirm={() => onConfirm(comment.trim())}
      onClose={onClose}
    >
      <Text size="sm">
        {follows}
        {isLost && ' What you have typed into its arguments is not saved.'}
      </Text>
      {decision === 'cancel' ? (
        <TextInput
          label="Reason"
          description="Kept with the task. May be left out."
          maxLength={200}
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
      ) : (
        <Textarea
          label="Comment"
          description="Kept with the task. May be left out."
          autosize
          minRows={2}
          maxRows={8}
          maxLength={limits.commentLength}
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
      )}
    </Confirmation>
  );
}
