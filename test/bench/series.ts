/** One of the things that are measured side by side. */
export type Subject<F extends string> = {
  name: string;
  /** One run. Answers its figures. */
  run(): Promise<Record<F, number>>;
};

/** What one subject's runs gave. */
export type Series<F extends string> = { name: string; runs: Record<F, number>[] };

/** Runs every subject once to warm it up, then all of them in turn, again and again: what disturbs one disturbs all. */
export async function interleave<F extends string>(subjects: Subject<F>[], rounds: number): Promise<Series<F>[]> {
  for (const subject of subjects) await subject.run();
  const all = subjects.map(({ name }): Series<F> => ({ name, runs: [] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, subject] of subjects.entries()) all[index]?.runs.push(await subject.run());
  }
  return all;
}

export function valuesOf<F extends string>({ runs }: Series<F>, figure: F): number[] {
  return runs.map((run) => run[figure]);
}

/** The value that so large a share of all does not exceed. */
export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export function median(values: number[]): number {
  return percentile(values, 0.5);
}
