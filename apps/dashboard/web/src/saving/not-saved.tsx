import { IconAlertCircle } from '@tabler/icons-react';
import { Notice } from '../notice.tsx';
import { ProblemNotice } from '../problem.tsx';
import type { Difference } from '../schedules/differences.ts';
import { ConflictNotice } from '../schedules/form/conflict-notice.tsx';

type Thing = Parameters<typeof ConflictNotice>[0]['theirs'] & { version: number };

type Props<Of extends Thing> = {
  form: {
    /** Why the API refused it. */
    error: unknown;
    /** What became of it meanwhile. */
    theirs: Of | undefined;
    isPending: boolean;
    heldCount: number;
    submit: (version?: number) => void;
  };
  /** Each fault stands at its field. */
  areFaultsShown: boolean;
  /** What they changed. */
  differencesOf: (theirs: Of) => Difference[];
  /** Begins anew with the thing as others made it. */
  onReload: (theirs: Of) => void;
};

/** Why a form is not saved: it was refused, somebody else saved first, or something in it does not fit. */
export function NotSaved<Of extends Thing>({ form, areFaultsShown, differencesOf, onReload }: Props<Of>) {
  const { error, theirs, isPending, heldCount, submit } = form;
  return (
    <>
      {error !== null && <ProblemNotice error={error} skipFaults={areFaultsShown} />}
      {theirs !== undefined && (
        <ConflictNotice
          differences={differencesOf(theirs)}
          theirs={theirs}
          isPending={isPending}
          onReload={() => onReload(theirs)}
          onOverwrite={() => submit(theirs.version)}
        />
      )}
      {heldCount > 0 && (
        <Notice role="alert" tone="red" icon={IconAlertCircle}>
          Not saved: what is missing or does not fit is marked above.
        </Notice>
      )}
    </>
  );
}
