/** One block of a stream of server-sent events. Without data it only tells where to go on from, or that it lives. */
export type ServerEvent = { id: string | undefined; retryMs: number | undefined; data: string | undefined };

/** The blocks of a stream that is still arriving, as the HTML standard takes them apart (9.2.6). */
export async function* serverEventsOf(
  body: ReadableStream<Uint8Array> | null,
  onHeard: () => void,
): AsyncGenerator<ServerEvent, void, undefined> {
  if (body === null) return;
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = '';
  let block: string[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      // A block that is not closed by an empty line is not whole.
      if (done) return;
      onHeard();
      const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line !== '' && line !== '\r') {
          block.push(line.replace(/\r$/, ''));
          continue;
        }
        yield eventOf(block);
        block = [];
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function eventOf(lines: string[]): ServerEvent {
  const data: string[] = [];
  const event: ServerEvent = { id: undefined, retryMs: undefined, data: undefined };
  for (const line of lines) {
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') data.push(value);
    else if (field === 'id' && !value.includes('\0')) event.id = value;
    else if (field === 'retry' && /^\d+$/.test(value)) event.retryMs = Number(value);
  }
  return { ...event, data: data.length === 0 ? undefined : data.join('\n') };
}
