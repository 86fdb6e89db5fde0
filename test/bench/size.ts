/** How much is measured. The counts are for one run of one side. */
export type Size = {
  name: 'full' | 'quick' | 'tiny';
  /** Every figure is the median of so many runs; the sides take turns. */
  rounds: number;
  /** Tasks enqueued one by one. */
  singles: number;
  /** Tasks enqueued in bulk. */
  bulks: number;
  /** Tasks drained. */
  drained: number;
  /** Isolated tasks drained. */
  isolated: number;
  /** Tasks sent one at a time to an idle worker. */
  idle: number;
  /** Tasks whose cost is counted. */
  counted: number;
  /** The ledger that is searched. */
  ledger: { finished: number; waiting: number };
  /** `seconds`: how long they fire; `atOnce` of `all` fire in the same second. */
  schedules: { everySecond: number; seconds: number; atOnce: number; all: number };
  /** Tasks of one flow; so many fan-ins are run one after the other. */
  flows: { tasks: number; inARow: number };
  /** Workers without work, and how long they are looked at. */
  control: { workers: number; seconds: number };
};

export const sizes: Record<Size['name'], Size> = {
  full: {
    name: 'full',
    rounds: 5,
    singles: 8_000,
    bulks: 30_000,
    drained: 15_000,
    isolated: 10_000,
    idle: 200,
    counted: 10_000,
    ledger: { finished: 1_000_000, waiting: 100_000 },
    schedules: { everySecond: 100, seconds: 30, atOnce: 1_000, all: 10_000 },
    flows: { tasks: 1_000, inARow: 5 },
    control: { workers: 200, seconds: 20 },
  },
  /** To see where one stands while working on the hot path. */
  quick: {
    name: 'quick',
    rounds: 3,
    singles: 3_000,
    bulks: 10_000,
    drained: 8_000,
    isolated: 5_000,
    idle: 50,
    counted: 3_000,
    ledger: { finished: 100_000, waiting: 10_000 },
    schedules: { everySecond: 100, seconds: 15, atOnce: 1_000, all: 10_000 },
    flows: { tasks: 1_000, inARow: 3 },
    control: { workers: 200, seconds: 15 },
  },
  /** To see that the bench itself works. Its figures mean nothing. */
  tiny: {
    name: 'tiny',
    rounds: 1,
    singles: 100,
    bulks: 2_000,
    drained: 300,
    isolated: 200,
    idle: 5,
    counted: 200,
    ledger: { finished: 2_000, waiting: 200 },
    schedules: { everySecond: 10, seconds: 3, atOnce: 20, all: 100 },
    flows: { tasks: 50, inARow: 2 },
    control: { workers: 10, seconds: 2 },
  },
};
