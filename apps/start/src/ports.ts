import { createServer } from 'node:net';

export type PortWish = {
  /** The setting that it comes from. */
  setting: string;
  port: number;
  /** Somebody chose it: then it is this one or none. */
  isGiven: boolean;
};

/**
 * The port to listen on: the wished one, or, when nobody chose it and it is taken, any free one.
 * @throws Error that names the setting when a chosen port cannot be had
 */
export async function choosePort(
  { setting, port, isGiven }: PortWish,
  host: string,
  tryPort: (port: number, host: string) => Promise<number> = listenOnce,
): Promise<number> {
  try {
    return await tryPort(port, host);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE' && !isGiven) return tryPort(0, host);
    if (code === 'EADDRINUSE')
      throw new Error(`Port ${port} is taken by another process: set ${setting} to a free one`);
    if (code === 'EACCES')
      throw new Error(`Port ${port} is not allowed for this user: set ${setting} to one above 1023`);
    throw new Error(`Nothing can listen on ${host}:${port} (LISTEN_HOST, ${setting}): ${message}`, { cause: error });
  }
}

/** Takes the port for a moment. */
function listenOnce(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port));
    });
  });
}
