import { EndRequest } from '@drover/broker';
import { limits } from '@drover/core';
import { errorRecord } from './error-record.ts';
import type { Call, Place } from './running.ts';

/** Calls `onCancel` of a method that was killed. It cannot change how the task ends: what it throws goes to the log. */
export async function cleanUp(place: Place, call: Call): Promise<void> {
  if (call.method.onCancel === undefined) return;
  const asked = new EndRequest();
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      asked.ask('timeout');
      reject(new Error(`took longer than ${limits.cancelMs} ms`));
    }, limits.cancelMs);
  });
  try {
    await Promise.race([place.cancel({ ...call, hands: { ...call.hands, asked } }), tooLong]);
  } catch (error) {
    const { name, message } = errorRecord(error, 'unclassified');
    const at = new Date().toISOString();
    const text = `its clean-up failed: ${name}: ${message}`;
    call.hands.log({ at, level: 'error', attempt: call.task.attempt, message: text });
  } finally {
    clearTimeout(timer);
  }
}
