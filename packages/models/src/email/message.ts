import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { DataError, limits, PermanentError, type TaskContext } from '@drover/core';
import { z } from 'zod';
import { DataPath, fileToRead } from '../data/data-folder.ts';
import { type Address, defaultSender, type Mail, messageIdOf } from './mailer.ts';

/** `user@host`, the parts without what could end or join addresses. */
const plainAddress = '[^\\s@<>,;:"()\\[\\]\\\\\\p{Cc}]+@[^\\s@<>,;:"()\\[\\]\\\\\\p{Cc}]+';
const mailboxPattern = new RegExp(`^(${plainAddress}|[^<>@\\p{Cc}]{0,200}<${plainAddress}>)$`, 'u');

/** `anna@example.com` or `Anna Muster <anna@example.com>`. */
export const Mailbox = z.string().max(500).regex(mailboxPattern, 'an address such as "Anna <anna@example.com>"');

const Mailboxes = z.union([Mailbox, z.array(Mailbox).max(limits.mailRecipients)]);

/** Headers that an author may set: those that neither route a message nor say what its parts are. */
const FreeHeader = z
  .string()
  .max(100)
  .regex(
    /^([Xx]-[A-Za-z0-9-]+|List-[A-Za-z-]+|Auto-Submitted|Precedence|In-Reply-To|References)$/,
    'is not a free header',
  );
/** What ends a line would begin another header. */
const Line = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^\P{Cc}*$/u, 'must not hold line breaks');

export const messageFields = {
  to: Mailboxes,
  cc: Mailboxes.default([]),
  bcc: Mailboxes.default([]),
  from: Mailbox.optional().describe('Default: the setting SMTP_FROM, else the user of SMTP_URL'),
  replyTo: Mailbox.optional(),
  subject: Line(998).default(''),
  text: z.string().optional(),
  html: z.string().optional(),
  headers: z.record(FreeHeader, Line(998)).default({}),
  attachments: z
    .array(z.strictObject({ file: DataPath, name: Line(200).min(1).optional() }))
    .max(limits.mailAttachments)
    .default([])
    .describe('Files of the data folder'),
};

/** One e-mail as a caller writes it. */
export const Message = z
  .strictObject(messageFields)
  .refine(({ text, html }) => text !== undefined || html !== undefined, { message: 'give text, html or both' })
  .refine(({ to, cc, bcc }) => [to, cc, bcc].flat().length <= limits.mailRecipients, {
    message: `at most ${limits.mailRecipients} recipients`,
    path: ['to'],
  })
  .refine(({ to, cc, bcc }) => [to, cc, bcc].flat().length > 0, { message: 'name a recipient', path: ['to'] });
export type Message = z.output<typeof Message>;

/**
 * Makes a message ready to send. `index` is its place in its batch.
 *
 * @throws PermanentError without a sender; DataError without an attached file, or when they are too large together.
 */
export async function composeMail(message: Message, index: number, task: TaskContext): Promise<Mail> {
  const sender = message.from ?? defaultSender();
  if (sender === undefined) {
    throw new PermanentError('nobody is named as sender: give "from", or the setting SMTP_FROM on the workers');
  }
  const from = parseMailbox(Mailbox.parse(sender));
  return {
    messageId: messageIdOf(task.id, index, from),
    from,
    to: [message.to].flat().map(parseMailbox),
    cc: [message.cc].flat().map(parseMailbox),
    bcc: [message.bcc].flat().map(parseMailbox),
    replyTo: message.replyTo === undefined ? undefined : parseMailbox(message.replyTo),
    subject: message.subject,
    text: message.text,
    html: message.html,
    headers: message.headers,
    attachments: await readAttachments(message.attachments, task.dataDir),
  };
}

function parseMailbox(text: string): Address {
  const named = /^(.*)<(.+)>$/u.exec(text);
  if (named === null) return { name: '', address: text };
  return { name: (named[1] ?? '').trim().replace(/^"(.*)"$/, '$1'), address: named[2] ?? '' };
}

async function readAttachments(attachments: Message['attachments'], dataDir: string): Promise<Mail['attachments']> {
  const read: Mail['attachments'] = [];
  let left: number = limits.mailAttachmentBytes;
  for (const { file, name } of attachments) {
    const path = await fileToRead(dataDir, file);
    left -= (await stat(path)).size;
    if (left < 0) throw new DataError(`the attachments are larger than ${limits.mailAttachmentBytes} bytes together`);
    read.push({ filename: name ?? basename(file), content: await readFile(path) });
  }
  return read;
}
