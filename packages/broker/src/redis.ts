import { ClusterError } from '@drover/core';
import { type Command, Redis, type RedisOptions } from 'ioredis';

/**
 * Connections. A producer fails fast: what cannot be sent now is refused within a second, so that its caller can
 * decide. A consumer waits: its commands are kept and sent when Redis is back.
 */
export type ConnectionRole = 'producer' | 'consumer' | 'blocking' | 'subscriber';

/** Replies keep the shapes of RESP2, which all types of ioredis describe. */
type Options = RedisOptions & { replyMapping?: 'legacy' };

const reconnectDelayMaxMs = 2_000;
/** A producer's command that has no reply by then counts as failed. */
const producerTimeoutMs = 900;

/** So long without a reply, and a producer's connection is made anew: else it would stay dead until the kernel notices. */
const producerSilenceMaxMs = 2_000;

/** So long a subscriber waits for news in one command. Its connection is dead when nothing comes for a while longer. */
export const newsBlockMs = 5_000;

/** A consumer's connection on which a command waits so long for its reply is dead, and made anew. */
export const silenceMaxMs = 10_000;

/** Told once when a connection is lost, or cannot be made, and once when it is there again: not at every try between. */
export type ConnectionWatch = { onError?: ((error: Error) => void) | undefined; onBack?: (() => void) | undefined };

export function connect(redisUrl: string, role: ConnectionRole, watch: ConnectionWatch = {}): Redis {
  const shared: Options = {
    connectionName: `drover:${role}`,
    connectTimeout: 5_000,
    retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 8), reconnectDelayMaxMs),
    reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 2 : false),
  };
  const options: Options = { ...shared, ...optionsOf(role) };
  const redis = role === 'producer' ? new Producer(redisUrl, options) : new Redis(redisUrl, options);
  let isAway = false;
  redis.on('error', (error) => {
    if (!isAway) watch.onError?.(error);
    isAway = true;
  });
  redis.on('ready', () => {
    if (isAway) watch.onBack?.();
    isAway = false;
  });
  return redis;
}

/**
 * Gives up commands without a reply as `commandTimeout` does, but not before what came meanwhile was read: a process that
 * was busy for a second would take a Redis that answered at once for one that is away.
 */
class Producer extends Redis {
  override sendCommand(command: Command, stream?: Parameters<Redis['sendCommand']>[1]): unknown {
    const sent = super.sendCommand(command, stream);
    if (command.isSettled) return sent;
    // Timers that are due run before the connection is read, and this one's second half after it.
    const giveUp = () => setImmediate(() => command.reject(new Error('Command timed out')));
    const timer = setTimeout(giveUp, producerTimeoutMs);
    const settle = () => clearTimeout(timer);
    command.promise.then(settle, settle);
    return sent;
  }
}

function optionsOf(role: ConnectionRole): Options {
  switch (role) {
    case 'producer':
      return {
        enableOfflineQueue: false,
        maxRetriesPerRequest: 0,
        autoResendUnfulfilledCommands: false,
        socketTimeout: producerSilenceMaxMs,
      };
    case 'consumer':
    case 'blocking':
      return { maxRetriesPerRequest: null, socketTimeout: silenceMaxMs };
    case 'subscriber':
      // Whoever listens must hear of every break: he begins anew, since he may have missed something.
      return {
        maxRetriesPerRequest: 0,
        autoResendUnfulfilledCommands: false,
        socketTimeout: newsBlockMs + producerSilenceMaxMs,
      };
    default:
      return role satisfies never;
  }
}

/** What Redis itself says when it refuses; anything else that goes wrong on the way means that it is away. */
export function asClusterError(error: unknown): unknown {
  if (error instanceof ClusterError || !(error instanceof Error)) return error;
  const isReply =
    error.name === 'ReplyError' && !/^(LOADING|READONLY|CLUSTERDOWN|MASTERDOWN|OOM|MISCONF)/.test(error.message);
  if (isReply || error instanceof TypeError || error instanceof RangeError) return error;
  return new ClusterError('redis_unavailable', `Redis does not take this now: ${wordsOf(error)}`, { cause: error });
}

/** A client without a connection speaks of its own options. */
function wordsOf({ message }: Error): string {
  return message.includes('enableOfflineQueue') ? 'there is no connection to it' : message;
}

/** Runs a call to Redis; its failures come as `redis_unavailable`. */
export async function reach<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw asClusterError(error);
  }
}
