import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A stretch of network between a client and a server, to be broken in the ways in which networks break. */
export type RedisProxy = {
  /** The server's address, as it is reached through here. */
  url: string;
  /** Bytes that clients have sent so far. */
  sentBytes(): number;
  /** Open connections. */
  connections(): number;
  /** Closes all connections; new ones are taken. */
  cut(): void;
  /** From now on nothing gets through on the connections that there are, and nobody is told. New ones work. */
  silence(): void;
  /** The next request that holds this text reaches the server, but the connection breaks before its reply. */
  loseReplyTo(text: string): Promise<void>;
  /** The next request that holds this text gets no further than here, and its connection is silent from then on. */
  holdBack(text: string): Promise<void>;
  /** Resolves when a request that holds this text passes. */
  pass(text: string): Promise<void>;
  /** What was asked for with the three above is asked for no more. */
  disarm(): void;
  /** New connections are refused, and the ones that there are closed, until `open`. */
  close(): void;
  open(): void;
  stop(): Promise<void>;
};

type Trap = { text: string; how: 'loses the reply' | 'holds back' | 'lets pass'; sprung: () => void };
type Pair = { client: Socket; server: Socket; isSilent: boolean; isDeaf: boolean; tail: Buffer };

/** A proxy before the server of this address, such as `redis://:password@127.0.0.1:6379`. */
export async function startProxy(targetUrl: string): Promise<RedisProxy> {
  const target = new URL(targetUrl);
  const pairs = new Set<Pair>();
  let sentBytes = 0;
  let isClosed = false;
  let trap: Trap | undefined;
  const set = (text: string, how: Trap['how']): Promise<void> =>
    new Promise((sprung) => {
      for (const pair of pairs) pair.tail = Buffer.alloc(0);
      trap = { text, how, sprung };
    });

  const server = createServer((client) => {
    if (isClosed) {
      client.destroy();
      return;
    }
    const pair: Pair = {
      client,
      server: connect(Number(target.port), target.hostname),
      isSilent: false,
      isDeaf: false,
      tail: Buffer.alloc(0),
    };
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      client.destroy();
      pair.server.destroy();
    };
    for (const socket of [client, pair.server]) {
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', () => pair.isSilent || end());
    }
    client.on('data', (data) => {
      sentBytes += data.length;
      if (pair.isSilent) return;
      // A text may come in two parts.
      const recent = Buffer.concat([pair.tail, data]);
      pair.tail = recent.subarray(-1_000);
      if (trap !== undefined && recent.includes(trap.text)) {
        const { how, sprung } = trap;
        trap = undefined;
        if (how === 'loses the reply') {
          pair.isDeaf = true;
          // The server has done it when it replies.
          pair.server.once('data', () => {
            end();
            sprung();
          });
        } else {
          pair.isSilent = how === 'holds back';
          sprung();
        }
      }
      if (!pair.isSilent) pair.server.write(data);
    });
    pair.server.on('data', (data) => {
      if (!pair.isSilent && !pair.isDeaf) client.write(data);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(target);
  url.port = String((server.address() as { port: number }).port);

  const cut = () => {
    for (const { client, server: upstream } of [...pairs]) {
      client.destroy();
      upstream.destroy();
    }
    pairs.clear();
  };
  return {
    url: url.href,
    sentBytes: () => sentBytes,
    connections: () => pairs.size,
    cut,
    silence() {
      for (const pair of pairs) pair.isSilent = true;
    },
    loseReplyTo: (text) => set(text, 'loses the reply'),
    holdBack: (text) => set(text, 'holds back'),
    pass: (text) => set(text, 'lets pass'),
    disarm() {
      trap = undefined;
    },
    close() {
      isClosed = true;
      cut();
    },
    open() {
      isClosed = false;
    },
    async stop() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
