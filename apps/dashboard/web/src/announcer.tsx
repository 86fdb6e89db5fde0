import { VisuallyHidden } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';

/** Tells screen readers what is said, whenever that changes; not what is said at first. */
export function Announcer({ said }: { said: string }) {
  const first = useRef(said);
  const [announced, setAnnounced] = useState('');
  useEffect(() => {
    if (said !== first.current) {
      first.current = '';
      setAnnounced(said);
    }
  }, [said]);
  return (
    <VisuallyHidden role="status" aria-live="polite">
      {announced}
    </VisuallyHidden>
  );
}
