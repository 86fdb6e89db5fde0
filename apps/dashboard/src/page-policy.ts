import { randomBytes } from 'node:crypto';
import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * What pages may do: load from this origin, and nothing else. Styles that a page makes at run time (Mantine's theme
 * variables) carry a nonce, new with every answer; `<meta name="csp-nonce" content="…">` in `index.html` hands it to the
 * page. There is no inline script, and no style attribute in the markup; what scripts set on `element.style` is allowed.
 *
 * @param styles sources of further styles, such as the hash of one whose element takes no nonce
 */
export const pagePolicy = (...styles: string[]): RequestHandler[] => [
  (_request, response, next) => {
    response.locals.styleNonce = randomBytes(16).toString('base64');
    next();
  },
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", (_request, response) => `'nonce-${styleNonceOf(response)}'`, ...styles],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        // Bull Board colours code in a worker.
        workerSrc: ["'self'"],
        manifestSrc: ["'self'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // Over plain HTTP it means nothing; over TLS it is set below.
    strictTransportSecurity: false,
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'same-origin' },
  }),
  (request, response, next) => {
    if (request.secure) response.set('strict-transport-security', 'max-age=31536000');
    response.set('permissions-policy', 'camera=(), geolocation=(), microphone=()');
    next();
  },
];

/** The nonce of this answer's styles. */
export function styleNonceOf(response: object): string {
  const { locals } = response as { locals?: Record<string, unknown> };
  return String(locals?.styleNonce);
}
