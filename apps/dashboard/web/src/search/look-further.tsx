import { Button, Group, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { counted, formatCount } from '../count.ts';
import { ProblemNotice } from '../problem.tsx';

export type Looked = { items: readonly unknown[]; nextCursor: string | null; searched?: number | undefined };

type Props = {
  /** `task`, `execution`. */
  noun: string;
  page: Looked;
  /** Looks through the next part. */
  look: (cursor: string) => Promise<Looked>;
  onFound: (cursor: string) => void;
};

/**
 * What a search for words has looked through, and a way on: part by part, until something is found, nothing is left, or
 * the person has enough.
 */
export function LookFurther({ noun, page, look, onFound }: Props) {
  const { searched, cursor, isLooking, error, start, stop } = useLook(page, look, onFound);
  const found = page.items.length;
  const here = `Looked through ${counted(page.searched ?? 0, noun)}, found ${found === 0 ? 'none' : formatCount(found)}.`;
  const further = searched === 0 ? '' : ` And through ${formatCount(searched)} older ones: none.`;
  return (
    <div>
      <Group gap="sm" p="md" pt="sm">
        <Text size="sm" c="dimmed" role="status" className="numbers">
          {here}
          {further}
          {cursor === null && ' Nothing older is left.'}
        </Text>
        {cursor !== null && !isLooking && (
          <Button variant="default" size="xs" onClick={start}>
            Look further
          </Button>
        )}
        {isLooking && (
          <Button variant="default" size="xs" onClick={stop}>
            Stop looking
          </Button>
        )}
      </Group>
      {error !== null && <ProblemNotice error={error} onRetry={start} />}
    </div>
  );
}

function useLook(page: Looked, look: Props['look'], onFound: Props['onFound']) {
  const [beyond, setBeyond] = useState<{ searched: number; cursor: string | null }>();
  const isStopped = useRef(false);
  const cursor = beyond === undefined ? page.nextCursor : beyond.cursor;
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => {
      isStopped.current = false;
      let searched = beyond?.searched ?? 0;
      for (let next = cursor; next !== null && !isStopped.current; ) {
        const part = await look(next);
        if (part.items.length > 0) return next;
        searched += part.searched ?? 0;
        next = part.nextCursor;
        setBeyond({ searched, cursor: next });
      }
      return undefined;
    },
    onSuccess: (found) => {
      if (found !== undefined && !isStopped.current) onFound(found);
    },
  });
  const stop = () => {
    isStopped.current = true;
  };
  // Nobody waits for it any longer.
  useEffect(
    () => () => {
      isStopped.current = true;
    },
    [],
  );
  return { searched: beyond?.searched ?? 0, cursor, isLooking: isPending, error, start: () => mutate(), stop };
}
