import { GivenUp } from '../given-up.ts';
import { type Returned, returnedOf } from '../returned.ts';
import { type Call, isForGood, type Place, type Running, timerMaxMs } from '../running.ts';

/**
 * A task that is to be done together with others: gathered ──▶ merged, or alone ──▶ ended.
 *
 * gathered  it waits. When it is asked to end, it does so at once.
 * merged    it is an item of a call. When it is asked to end, it waits for its item or for the call, within its grace;
 *           an item that has not begun is left out.
 * alone     too few came together, or their call could not be made: it runs as if nobody had gathered it.
 */
export class Single implements Running {
  readonly call: Call;
  readonly done: Promise<Returned>;
  readonly #graceMs: number;
  #resolve: (returned: Returned) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;
  #alone: Running | undefined;
  #isMerged = false;
  #onChange: (() => void) | undefined;
  isEnded = false;
  /** It ended while its call went on. */
  isGivenUp = false;

  constructor(call: Call, graceMs: number, onAsked: (single: Single) => void) {
    this.call = call;
    this.#graceMs = graceMs;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const { asked } = call.hands;
    const timeoutMs = call.task.envelope.timeoutSeconds * 1_000;
    this.#timer = setTimeout(() => asked.ask('timeout'), Math.min(timeoutMs, timerMaxMs));
    asked.onAsk((reason) => {
      this.fail(reason);
      onAsked(this);
    });
  }

  get isAsked(): boolean {
    return this.call.hands.asked.reason !== undefined;
  }

  /** @param onChange it was asked to end, or it ended: the call may be wanted no more. */
  merge(onChange: () => void): void {
    this.#isMerged = true;
    this.#onChange = onChange;
    this.call.hands.asked.onAsk(() => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#giveUp(), this.#graceMs);
      onChange();
    });
  }

  runAlone(place: Place): void {
    this.#release();
    this.#alone = place.begin(this.call);
    Promise.resolve(this.#alone.done).then(this.#resolve, this.#reject);
  }

  /** With what became of its item. */
  end(value: unknown, message: string): void {
    if (this.isEnded) return;
    const { reason } = this.call.hands.asked;
    try {
      if (reason !== undefined && isForGood(reason)) throw reason;
      const { result } = returnedOf(value);
      this.#release();
      this.#resolve({ result, outcome: 'merged', processed: 0, message });
    } catch (error) {
      this.fail(error);
    }
  }

  fail(error: unknown): void {
    if (this.isEnded) return;
    this.#release();
    this.#reject(error);
  }

  hasBegun(): boolean {
    return this.#isMerged || this.#alone?.hasBegun() === true;
  }

  itemsSoFar(): ReturnType<Running['itemsSoFar']> {
    return this.#alone?.itemsSoFar();
  }

  close(): void {
    this.#alone?.close();
  }

  #giveUp(): void {
    this.isGivenUp = true;
    this.fail(new GivenUp('its batch went on after its grace'));
  }

  #release(): void {
    this.isEnded = true;
    clearTimeout(this.#timer);
    this.call.hands.asked.onAsk(undefined);
    this.#onChange?.();
  }
}
