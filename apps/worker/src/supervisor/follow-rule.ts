import type { Scaler } from '@drover/broker';
import type { Logger } from '@drover/runtime';
import type { Supervisor } from './supervisor.ts';

const lookMs = 2_000;

/** Lets the number of workers follow the work that waits. Answers what ends that. */
export function followRule(supervisor: Supervisor, scaler: Scaler, logger: Logger): { stop(): void } {
  let isLooking = false;
  const look = async () => {
    if (isLooking) return;
    isLooking = true;
    try {
      const from = supervisor.wanted;
      const change = await scaler.look(from);
      if (change === undefined) return;
      logger.info({ from, to: change.wanted, reason: change.reason }, 'the number of workers follows the work');
      supervisor.setWanted(change.wanted);
    } catch (error) {
      // Redis is away, which the workers tell: the number stays as it is.
      logger.debug({ err: error }, 'could not look at the queues');
    } finally {
      isLooking = false;
    }
  };
  const timer = setInterval(() => void look(), lookMs);
  return {
    stop() {
      clearInterval(timer);
      scaler.stop();
    },
  };
}
