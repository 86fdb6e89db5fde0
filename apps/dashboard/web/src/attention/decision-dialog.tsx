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
  const [isMissing, setIsMissing] = useState(false);
  const { title, confirm, follows } = decisionWords[decision];
  const isComment = decision === 'comment';
  const isLost = isChanged && (decision === 'skip' || decision === 'cancel');
  const submit = () => {
    const said = comment.trim();
    if (isComment && said === '') setIsMissing(true);
    else onConfirm(said);
  };
  return (
    <Confirmation
      title={title}
      confirm={confirm}
      isOpen
      isPending={isPending}
      isDangerous={decision === 'cancel'}
      error={error}
      onConfirm={submit}
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
          description={isComment ? undefined : 'Kept with the task. May be left out.'}
          required={isComment}
          autosize
          minRows={2}
          maxRows={8}
          maxLength={limits.commentLength}
          value={comment}
          error={isMissing && comment.trim() === '' ? 'Say something, or leave it for now' : undefined}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
      )}
    </Confirmation>
  );
}
