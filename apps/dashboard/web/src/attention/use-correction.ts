import { DroverError } from '@drover/client';
import type { Fault, MethodInfo, Task } from '@drover/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { isUnder } from '../fault.ts';
import type { Draft } from '../run/draft.ts';
import { useTaskUpdate } from '../task/task-update.ts';
import { correctionOf, faultsOfCorrection, patchOf } from './correction.ts';
import { type Decision, decide, decisionWords, isDecided } from './decision.ts';

type Options = {
  /** The task as it was when the form was filled from it, or saved last. */
  start: Task;
  method: MethodInfo | undefined;
  onSaved: (task: Task) => void;
  onLeave: () => void;
};

/** What a person types and decides about one task, what is wrong with it, and the way to do it. */
export function useCorrection({ start, method, onSaved, onLeave }: Options) {
  const [draft, setDraft] = useState<Draft>(() => correctionOf(method, start));
  const [asked, setAsked] = useState<Decision>();
  const [faults, setFaults] = useState<Fault[]>([]);
  /** Grows with every refusal, so that each is led to. */
  const [refusals, setRefusals] = useState(0);
  /** Fields that hold no JSON. */
  const [broken, setBroken] = useState<ReadonlySet<string>>(new Set());
  const update = useTaskUpdate();
  const patch = patchOf(method, start, draft);

  const saved = (task: Task) => {
    update(task);
    onSaved(task);
  };
  const refuse = (found: Fault[]) => {
    setAsked(undefined);
    setFaults(found);
    setRefusals((count) => count + 1);
  };
  const { mutate, reset, isPending, error } = useMutation({
    mutationFn: ({ decision, comment }: { decision: Decision; comment: string }) =>
      decide(decision, start, patch, comment, saved),
    onSuccess: (task, { decision }) => {
      notifications.show({ message: decisionWords[decision].done });
      setAsked(undefined);
      update(task);
      if (isDecided(decision)) onLeave();
    },
    onError: (problem) => {
      const found = problem instanceof DroverError ? problem.faults : [];
      if (found.some((fault) => isUnder(fault, 'args') || isUnder(fault, 'kwargs'))) refuse([...found]);
    },
  });

  const onBroken = useCallback((id: string, isBroken: boolean) => {
    setBroken((before) => {
      if (before.has(id) === isBroken) return before;
      return new Set(isBroken ? [...before, id] : [...before].filter((other) => other !== id));
    });
  }, []);

  /** Opens the question, if what is typed can be sent at all. */
  const ask = (decision: Decision) => {
    reset();
    const isSaving = decision === 'save' || decision === 'save-and-retry';
    const found = isSaving ? faultsOfCorrection(method, draft) : [];
    if (found.length > 0 || (isSaving && broken.size > 0)) refuse(found);
    else {
      setFaults([]);
      setRefusals(0);
      setAsked(decision);
    }
  };
  return {
    draft,
    setDraft,
    faults,
    refusals,
    isChanged: Object.keys(patch).length > 0 || broken.size > 0,
    onBroken,
    asked,
    ask,
    close: () => setAsked(undefined),
    confirm: (decision: Decision, comment: string) => mutate({ decision, comment }),
    isPending,
    error,
  };
}
