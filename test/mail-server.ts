import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';

/** A mail server on loopback that takes everything but mail to `unknown@…`. */
export type MailServer = {
  /** For SMTP_URL. */
  readonly url: string;
  /** Of each message that came: to whom, and its Message-ID. */
  readonly received: { to: string; messageId: string }[];
  /** How often somebody connected. */
  readonly connections: number;
  /** How long it takes for a message before it has it, ms. Default 0. */
  takesMs: number;
  stop(): Promise<void>;
};

export async function startMailServer(): Promise<MailServer> {
  const received: MailServer['received'] = [];
  let connections = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    onConnect(_session, done) {
      connections += 1;
      done();
    },
    onRcptTo({ address }, _session, done) {
      if (!address.startsWith('unknown')) done();
      else done(Object.assign(new Error('no such mailbox'), { responseCode: 550 }));
    },
    onData(stream, session, done) {
      let raw = '';
      stream.setEncoding('latin1').on('data', (text: string) => {
        raw += text;
      });
      stream.on('end', async () => {
        await sleep(mail.takesMs);
        const to = session.envelope.rcptTo.map(({ address }) => address).join();
        received.push({ to, messageId: /^Message-ID: (.*)$/im.exec(raw)?.[1]?.trim() ?? '' });
        done();
      });
    },
  });
  // Whoever is cut off in the middle is no concern of the others.
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  const mail: MailServer = {
    url: `smtp://127.0.0.1:${port}`,
    received,
    get connections() {
      return connections;
    },
    takesMs: 0,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return mail;
}
