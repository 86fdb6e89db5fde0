import { declaredClass, defineModel, limits, type TaskContext, TemporaryError } from '@drover/core';
import { z } from 'zod';
import { BatchProgress } from './batch-progress.ts';
import { isServerFailure, type Mailer, openMailer, type Sent } from './mailer.ts';
import { composeMail, Message, messageFields } from './message.ts';

/** E-mail goes before most other work. */
const emailPriority = 50;

const AddressText = z.union([z.string(), z.array(z.string())]);

/** A message of a batch. Only its shape is checked before: one that is wrong fails by itself, not the batch. */
const BatchItem = z.strictObject({
  id: z
    .union([z.string().max(200), z.int()])
    .optional()
    .describe('Names the message in the results'),
  to: AddressText,
  cc: AddressText.optional(),
  bcc: AddressText.optional(),
  subject: z.string().optional(),
  text: z.string().optional(),
  html: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  from: z.string().optional(),
  replyTo: z.string().optional(),
  attachments: z.array(z.strictObject({ file: z.string(), name: z.string().optional() })).optional(),
  task: z.string().max(limits.taskIdLength).optional().describe('The task that is only this message, if it is one'),
});
type BatchItem = z.output<typeof BatchItem>;

const { from, replyTo, text, html, headers, attachments } = messageFields;
const Shared = z
  .strictObject({ from, replyTo, subject: messageFields.subject, text, html, headers, attachments })
  .partial();

/**
 * `email.message`: e-mail through the server of the setting SMTP_URL. Every message has the same Message-ID in every
 * attempt, so that one that was sent twice is recognised as one.
 */
export const emailMessage = defineModel('email.message', {
  send_single: {
    description: 'Sends one e-mail',
    kwargs: Message,
    priority: emailPriority,
    tags: ['email'],
    // More than ten that wait are one call: one connection.
    batch: {
      into: 'send_batch',
      itemsIn: 'messages',
      item: ({ kwargs }, { id }) => ({ ...kwargs, task: id }),
      minItems: 11,
      maxItems: 100,
      maxWaitSeconds: 1,
    },
    async run({ kwargs }, task): Promise<Sent> {
      const mailer = openMailer();
      try {
        const sent = await mailer.send(await composeMail(kwargs, 0, task), task.signal);
        if (sent.rejected.length > 0) task.log.warn('some recipients were refused', { rejected: sent.rejected });
        return sent;
      } finally {
        mailer.close();
      }
    },
  },
  send_batch: {
    description: 'Sends many e-mails over one connection, each on its own',
    kwargs: z.strictObject({
      messages: z.array(BatchItem).max(limits.mailBatch),
      shared: Shared.default({}).describe('For every message that does not say otherwise'),
    }),
    priority: emailPriority,
    tags: ['email'],
    async run({ kwargs: { messages, shared } }, task) {
      const mailer = openMailer();
      const progress = new BatchProgress(task);
      // The server itself fails: the rest would only fail with it. The next attempt goes on there.
      let serverFailure: unknown;
      function* untilServerFails() {
        for (const message of messages) {
          if (serverFailure !== undefined) return;
          yield message;
        }
      }
      try {
        const send = async (item: BatchItem, index: number) => {
          try {
            return await sendItem(mailer, { ...shared, ...item }, index, progress, task);
          } catch (error) {
            if (isServerFailure(error)) serverFailure = error;
            throw error;
          }
        };
        const results = await task.each(untilServerFails(), send, { total: messages.length });
        if (serverFailure !== undefined) throw serverFailure;
        if (progress.deferredCount === 0) return results;
        throw new TemporaryError(
          `${progress.deferredCount} of ${messages.length} messages were deferred by the server`,
        );
      } finally {
        mailer.close();
      }
    },
  },
});

async function sendItem(
  mailer: Mailer,
  { id: _, task: single, ...fields }: BatchItem & z.output<typeof Shared>,
  index: number,
  progress: BatchProgress,
  task: TaskContext,
): Promise<Sent | Pick<Sent, 'messageId' | 'rejected'> | { sentBefore: true }> {
  const before = progress.settled(index);
  if (before?.failure !== undefined) throw new Error(before.failure);
  if (before !== undefined) return { sentBefore: true };
  try {
    // What is a task by itself keeps that one's Message-ID.
    const mail =
      single === undefined
        ? await composeMail(parseItem(fields), index, task)
        : await composeMail(parseItem(fields), 0, { ...task, id: single });
    const sent = await mailer.send(mail, task.signal);
    await progress.sent(index);
    if (single !== undefined) return sent;
    const { messageId, rejected } = sent;
    return { messageId, rejected };
  } catch (error) {
    task.signal.throwIfAborted();
    if (isServerFailure(error)) throw error;
    const reason = (error as Error).message;
    if (declaredClass(error) === 'temporary') await progress.deferred(index);
    else await progress.failed(index, reason);
    task.log.warn('a message was not sent', { index, reason });
    throw error;
  }
}

function parseItem(fields: unknown): Message {
  const parsed = Message.safeParse(fields);
  if (parsed.success) return parsed.data;
  throw new Error(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
}
