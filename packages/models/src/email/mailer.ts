import { hostname } from 'node:os';
import { DataError, PermanentError, TemporaryError } from '@drover/core';
import nodemailer from 'nodemailer';
import { requiredSetting, setting } from '../settings.ts';

export type Address = { name: string; address: string };

export type Mail = {
  messageId: string;
  from: Address;
  to: Address[];
  cc: Address[];
  bcc: Address[];
  replyTo: Address | undefined;
  subject: string;
  text: string | undefined;
  html: string | undefined;
  headers: Record<string, string>;
  attachments: { filename: string; content: Buffer }[];
};

export type Sent = { messageId: string; accepted: string[]; rejected: string[]; response: string };

export type Mailer = {
  /**
   * Hands a message to the mail server.
   *
   * @throws TemporaryError, DataError, PermanentError: see `mailError`; signal.reason on abort.
   */
  send(mail: Mail, signal: AbortSignal): Promise<Sent>;
  close(): void;
};

/** A connection that cannot be made, and a server that falls silent in the middle. */
const connectTimeoutMs = 15_000;
const silenceTimeoutMs = 60_000;

/**
 * One connection to the server of SMTP_URL, opened at the first message and kept for the next ones.
 *
 * @throws PermanentError when the setting is missing or no mail server's address.
 */
export function openMailer(): Mailer {
  const url = requiredSetting('SMTP_URL', 'smtp://user:password@mail.example.com:587');
  if (!URL.canParse(url) || !/^smtps?:/.test(url)) {
    throw new PermanentError(
      'the setting SMTP_URL is not an address such as smtp://user:password@mail.example.com:587',
    );
  }
  const transport = nodemailer.createTransport({
    url,
    pool: true,
    maxConnections: 1,
    // A server may have closed a connection that waited for us: once more, then it is the server's failure.
    maxRequeues: 1,
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
    socketTimeout: silenceTimeoutMs,
    // Texts of a message never name a file or URL to be read.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(mail, signal) {
      try {
        const info = await transport.sendMail({ ...mail, signal });
        return {
          messageId: info.messageId,
          accepted: info.accepted.map(addressText),
          rejected: info.rejected.map(addressText),
          response: info.response,
        };
      } catch (error) {
        signal.throwIfAborted();
        throw mailError(error);
      }
    },
    close: () => transport.close({ force: true }),
  };
}

/** Who sends when a message does not say: SMTP_FROM, else the user of SMTP_URL if that is an address. */
export function defaultSender(): string | undefined {
  const from = setting('SMTP_FROM');
  if (from !== undefined) return from;
  const url = setting('SMTP_URL');
  const user = url !== undefined && URL.canParse(url) ? decodeURIComponent(new URL(url).username) : '';
  return user.includes('@') ? user : undefined;
}

/** Always the same for one message of one task, so that a message sent twice can be told to be one (RFC 5322, 3.6.4). */
export function messageIdOf(taskId: string, index: number, from: Address): string {
  const domain = from.address.split('@').at(-1) ?? hostname();
  return `<${taskId.replace(/[^A-Za-z0-9.-]/g, '-')}.${index}@${domain}>`;
}

type SmtpError = Error & { code?: string; responseCode?: number; command?: string };

/**
 * What a failed sending means. Replies 4xx and broken connections pass: temporary. A refused recipient is wrong data,
 * for a person to correct. Every other 5xx, refused credentials included, stays as it is: permanent.
 */
export function mailError(error: unknown): Error {
  const { code, responseCode, command, message } = error as SmtpError;
  const text = `the mail server refused: ${message}`;
  if (responseCode !== undefined && responseCode >= 400 && responseCode < 500) {
    return new TemporaryError(text, { cause: error });
  }
  if (code === 'EENVELOPE' && (responseCode === undefined || command === 'RCPT TO')) {
    return new DataError(text, { cause: error });
  }
  if (responseCode !== undefined && responseCode >= 500) return new PermanentError(text, { cause: error });
  if (code !== undefined && ['EAUTH', 'ENOAUTH', 'EMESSAGE', 'EMAXRECIPIENTS', 'ECONFIG'].includes(code)) {
    return new PermanentError(text, { cause: error });
  }
  return new TemporaryError(`the mail server cannot be reached: ${message}`, { cause: error });
}

/** Failures of the server rather than of a message: the next message would meet them too. */
const serverCodes = new Set([
  'EAUTH',
  'ECONFIG',
  'ECONNECTION',
  'EDNS',
  'ENOAUTH',
  'EPROTOCOL',
  'EPROXY',
  'ESOCKET',
  'ETIMEDOUT',
  'ETLS',
]);

/** Whether a failed `send` says something about the server, so that the rest of a batch may as well wait. */
export function isServerFailure(error: unknown): boolean {
  const { responseCode, code } = ((error as Error).cause ?? {}) as SmtpError;
  return responseCode === 421 || serverCodes.has(code ?? '');
}

function addressText(address: string | { address: string }): string {
  return typeof address === 'string' ? address : address.address;
}
