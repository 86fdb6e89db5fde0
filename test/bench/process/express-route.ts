import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { answering } from './answering.ts';

/** Routes that do nothing: what Express and HTTP alone cost. */
const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.post('/read', express.json(), (request, response) => {
  response.status(202).json({ state: request.body.model === 'bench' ? 'read' : 'refused' });
});
app.post('/unread', (_request, response) => {
  response.status(202).json({ state: 'unread' });
});
const server = createServer(app);

answering<'listen', { port: number }>(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port };
});
