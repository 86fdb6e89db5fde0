import type { TaskEvent } from '@drover/core';

/** A stream of server-sent events as it is on the wire, taken apart by the rules of the HTML standard, and nothing else. */
export type EventTalk = {
  status: number;
  headers: Headers;
  /** Everything that has come so far. */
  events: { id: string; type: string; event: TaskEvent }[];
  /** What a reader would send to go on, also where no event came with it. */
  readonly lastId: string;
  comments: number;
  retryMs: number | undefined;
  /** How it ended: in order, or broken off. */
  ended: Promise<'ended' | 'broken off'>;
  stop(): void;
};

export async function talk(
  url: string,
  { token, lastId, headers = {} }: { token: string; lastId?: string | undefined; headers?: Record<string, string> },
): Promise<EventTalk> {
  const gone = new AbortController();
  const answer = await fetch(url, {
    headers: {
      authorization: `Bearer ${token}`,
      ...(lastId === undefined ? {} : { 'last-event-id': lastId }),
      ...headers,
    },
    signal: gone.signal,
  });
  const { body } = answer;
  let lastEventId = lastId ?? '';
  const talked: EventTalk = {
    status: answer.status,
    headers: answer.headers,
    events: [],
    get lastId() {
      return lastEventId;
    },
    comments: 0,
    retryMs: undefined,
    ended: body === null ? Promise.resolve('ended') : read(),
    stop: () => gone.abort(),
  };
  return talked;

  async function read(): Promise<'ended' | 'broken off'> {
    const decoder = new TextDecoder();
    let rest = '';
    try {
      for await (const part of body as unknown as AsyncIterable<Uint8Array>) {
        rest += decoder.decode(part, { stream: true });
        const blocks = rest.split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) take(block.split('\n'));
      }
      return 'ended';
    } catch {
      return 'broken off';
    }
  }

  function take(lines: string[]): void {
    let [type, data] = ['message', ''];
    for (const line of lines) {
      const colon = line.indexOf(':');
      const value = line.slice(colon + 1).replace(/^ /, '');
      if (colon === 0) talked.comments += 1;
      else if (line.startsWith('id:')) lastEventId = value;
      else if (line.startsWith('event:')) type = value;
      else if (line.startsWith('data:')) data += value;
      else if (line.startsWith('retry:')) talked.retryMs = Number(value);
    }
    if (data !== '') talked.events.push({ id: lastEventId, type, event: JSON.parse(data) });
  }
}
