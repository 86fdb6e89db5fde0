import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/**
 * Just enough of Redis' protocol to look after a server: to find out whether it answers, and to tell it to end.
 * Everything else talks to Redis through the broker.
 */

/** An answer that is an error: its first word is the code, for example `LOADING`. */
export class RedisReplyError extends Error {
  override readonly name = 'RedisReplyError';

  get code(): string {
    return this.message.split(' ', 1)[0] ?? '';
  }
}

type Reply = string | number | null;
type Waiting = { resolve(reply: Reply): void; reject(error: Error): void };

export class RedisConnection {
  readonly #socket: Socket;
  readonly #waiting: Waiting[] = [];
  #received = Buffer.alloc(0);
  /** Resolved when the connection has ended, for whatever reason. */
  readonly closed: Promise<void>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the connection was closed')));
  }

  /** Connects and signs in. The address is `redis[s]://user:password@host:port`. */
  static async open(url: string, timeoutMs: number): Promise<RedisConnection> {
    const { protocol, hostname, port, username, password } = new URL(url);
    const to = { host: hostname.replace(/^\[|\]$/g, '') || '127.0.0.1', port: Number(port || 6_379) };
    const socket = protocol === 'rediss:' ? connectTls({ ...to, servername: to.host }) : connect(to);
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    await new Promise<void>((resolve, reject) => {
      socket.once(protocol === 'rediss:' ? 'secureConnect' : 'connect', resolve);
      socket.once('error', reject);
    });
    const connection = new RedisConnection(socket);
    if (password === '') return connection;
    try {
      const secret = decodeURIComponent(password);
      await connection.call(...(username === '' ? ['AUTH', secret] : ['AUTH', decodeURIComponent(username), secret]));
    } catch (error) {
      connection.close();
      throw error;
    }
    return connection;
  }

  /** @throws RedisReplyError when the answer is an error; Error when the connection ends before it */
  call(...words: string[]): Promise<Reply> {
    const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) return reject(new Error('the connection was closed'));
      this.#waiting.push({ resolve, reject });
      this.#socket.write(`*${words.length}\r\n${parts.join('')}`);
    });
  }

  /** From now on silence is no fault: the connection is kept open to be counted. It does not keep the process alive. */
  keep(): void {
    this.#socket.setTimeout(0);
    this.#socket.setKeepAlive(true, 30_000);
    this.#socket.unref();
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (let next = readReply(this.#received); next !== undefined; next = readReply(this.#received)) {
      this.#received = this.#received.subarray(next.length);
      const waiting = this.#waiting.shift();
      if (next.reply instanceof Error) waiting?.reject(next.reply);
      else waiting?.resolve(next.reply);
    }
  }

  #fail(error: Error): void {
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
  }
}

/** The first reply in what was received, and how many bytes it takes; undefined while it is not whole. */
function readReply(received: Buffer): { reply: Reply | Error; length: number } | undefined {
  const lineEnd = received.indexOf('\r\n');
  if (lineEnd === -1) return undefined;
  const line = received.toString('utf8', 1, lineEnd);
  const length = lineEnd + 2;
  switch (received.toString('latin1', 0, 1)) {
    case '+':
      return { reply: line, length };
    case ':':
      return { reply: Number(line), length };
    case '-':
      return { reply: new RedisReplyError(line), length };
    case '$': {
      const bytes = Number(line);
      if (bytes === -1) return { reply: null, length };
      if (received.length < length + bytes + 2) return undefined;
      return { reply: received.toString('utf8', length, length + bytes), length: length + bytes + 2 };
    }
    default:
      return { reply: new Error('this is not a Redis server'), length: received.length };
  }
}

export type Probe =
  /** It signs us in and answers. */
  | { state: 'ready' }
  /** It is there and signs us in, but still reads its data or runs a long script. */
  | { state: 'busy'; detail: string }
  /** Nobody listens there. */
  | { state: 'absent'; detail: string }
  /** Somebody else: the password is not theirs, or they do not speak Redis. */
  | { state: 'foreign'; detail: string }
  /** Somebody listens but says nothing. */
  | { state: 'silent'; detail: string };

/** Asks a server who it is: one AUTH and one PING. Never throws. */
export async function probeRedis(url: string, timeoutMs = 2_000): Promise<Probe> {
  let connection: RedisConnection | undefined;
  try {
    connection = await RedisConnection.open(url, timeoutMs);
    const reply = await connection.call('PING');
    return reply === 'PONG' ? { state: 'ready' } : { state: 'foreign', detail: `it answered ${reply} to PING` };
  } catch (error) {
    return probeFailure(error as NodeJS.ErrnoException);
  } finally {
    connection?.close();
  }
}

function probeFailure(error: NodeJS.ErrnoException): Probe {
  const detail = error.message || error.code || 'the connection failed';
  if (error instanceof RedisReplyError) {
    const isBusy = ['LOADING', 'BUSY', 'MASTERDOWN'].includes(error.code);
    return { state: isBusy ? 'busy' : 'foreign', detail };
  }
  if (detail.startsWith('no answer')) return { state: 'silent', detail };
  if (error.syscall !== undefined || error.code !== undefined) return { state: 'absent', detail };
  return { state: 'foreign', detail };
}
