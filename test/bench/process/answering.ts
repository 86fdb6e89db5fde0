/**
 * A process of the bench: asked over IPC, one question after another, it answers each with a value or a failure. It ends
 * with its parent.
 */
export type Reply<A> = { answer: A } | { failure: string };

export function answering<Q, A>(handle: (question: Q) => Promise<A>): void {
  process.on('message', (question: Q) => {
    handle(question).then(
      (answer) => process.send?.({ answer }),
      (error: Error) => process.send?.({ failure: error.stack ?? String(error) }),
    );
  });
  process.on('disconnect', () => process.exit());
}
