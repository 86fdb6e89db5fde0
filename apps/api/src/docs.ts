import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Express, Request, Response } from 'express';
import { dataHeaders, jsonMediaType } from './answer.ts';
import { buildOpenApi } from './openapi.ts';
import { routes } from './routes.ts';

/**
 * The contract, for programs at `/openapi.json` and for people at `/docs`. Both are open: they tell what the public
 * source tells, and nothing of a cluster. The page takes everything from this server, and runs scripts from files only.
 */

const require = createRequire(import.meta.url);
const uiFolder = dirname(require.resolve('swagger-ui-dist/package.json'));

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Drover: HTTP API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" href="data:,">
</head>
<body>
<div id="ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

/** Dark as the reader's system is. `validatorUrl: null` keeps the page from asking an outside host about the document. */
const startScript = `'use strict';
const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', follow);
follow();
SwaggerUIBundle({ url: '/openapi.json', dom_id: '#ui', deepLinking: true, validatorUrl: null, tryItOutEnabled: true });
`;

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  // The page sets styles of single elements as it runs.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

type File = { contentType: string; read: () => string };

const html = 'text/html; charset=utf-8';
const script = 'text/javascript; charset=utf-8';
const files: Record<string, File> = {
  '/openapi.json': { contentType: jsonMediaType, read: () => JSON.stringify(buildOpenApi(routes)) },
  '/docs': { contentType: html, read: () => page },
  '/docs/start.js': { contentType: script, read: () => startScript },
  '/docs/swagger-ui-bundle.js': { contentType: script, read: () => uiFile('swagger-ui-bundle.js') },
  '/docs/swagger-ui.css': { contentType: 'text/css; charset=utf-8', read: () => uiFile('swagger-ui.css') },
};

function uiFile(name: string): string {
  return readFileSync(join(uiFolder, name), 'utf8');
}

export const docPaths = Object.keys(files);

/** Each file is read when it is first asked for, and kept. */
export function mountDocs(app: Express): void {
  for (const [path, file] of Object.entries(files)) {
    let content: { body: Buffer; etag: string } | undefined;
    app.get(path, (request: Request, response: Response) => {
      content ??= tagged(file.read());
      const headers = {
        ...dataHeaders,
        'content-security-policy': policy,
        'cache-control': 'no-cache',
        etag: content.etag,
      };
      if (request.headers['if-none-match'] === content.etag) {
        response.writeHead(304, headers).end();
        return;
      }
      response.writeHead(200, { ...headers, 'content-type': file.contentType, 'content-length': content.body.length });
      response.end(content.body);
    });
  }
}

function tagged(text: string): { body: Buffer; etag: string } {
  const body = Buffer.from(text);
  return { body, etag: `"${createHash('sha1').update(body).digest('base64url')}"` };
}
