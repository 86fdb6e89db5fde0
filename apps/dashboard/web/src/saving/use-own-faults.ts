import type { Fault } from '@drover/core';
import { useCallback, useRef, useState } from 'react';

/** What a form itself sees is wrong before the API does: it is not sent then. */
export function useOwnFaults() {
  const [ownFaults, setOwnFaults] = useState<Fault[]>([]);
  /** How often it was not sent because of them; 0 once it was. */
  const [heldCount, setHeldCount] = useState(0);
  const broken = useRef(new Set<string>());
  return {
    ownFaults,
    heldCount,
    /** A field says of itself whether what stands there can be read at all. */
    onBroken: useCallback((id: string, isBroken: boolean) => {
      if (isBroken) broken.current.add(id);
      else broken.current.delete(id);
    }, []),
    /** Whether it may be sent. */
    judge(faults: Fault[]): boolean {
      const isSound = faults.length === 0 && broken.current.size === 0;
      setOwnFaults(faults);
      setHeldCount(isSound ? 0 : heldCount + 1);
      return isSound;
    },
  };
}
