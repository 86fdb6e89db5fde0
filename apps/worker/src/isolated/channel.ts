import type { Socket } from 'node:net';
import { limits } from '@drover/core';

/**
 * Lines of JSON between a worker and a process of its isolated methods. Not the channel of `fork`: there a line that is no
 * JSON ends the worker, and one that never ends fills its memory.
 */
export type ChannelListener = {
  onMessage: (message: unknown) => void;
  /** What came is no line of JSON, or is too long. Nothing is read after it. */
  onFault: (fault: string) => void;
};

/** The channel's file descriptor in the process. */
export const channelFd = 3;

/** `charactersMax`: of a line. Default: no bound, for what comes from the worker. */
export function listen(socket: Socket, listener: ChannelListener, charactersMax = Number.POSITIVE_INFINITY): void {
  let rest = '';
  let isOver = false;
  const fail = (fault: string) => {
    isOver = true;
    rest = '';
    listener.onFault(fault);
  };
  const hear = (line: string) => {
    if (line.length > charactersMax) return fail(`a message of more than ${charactersMax} characters`);
    let message: unknown;
    try {
      message = JSON.parse(line);
    } catch {
      return fail('a message that is not JSON');
    }
    listener.onMessage(message);
  };
  socket.setEncoding('utf8').on('data', (text: unknown) => {
    const [end = '', ...begun] = String(text).split('\n');
    if (isOver) return;
    rest += end;
    for (const next of begun) {
      const line = rest;
      rest = next;
      hear(line);
      if (isOver) return;
    }
    if (rest.length > charactersMax) hear(rest);
  });
}

/** What a process says is bounded, so that its worker need not hold more. */
export const saidMax = limits.isolatedMessageLength;

export function write(socket: Socket, line: string): void {
  if (socket.writable) socket.write(`${line}\n`);
}
