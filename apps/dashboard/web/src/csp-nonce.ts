import { setNonce } from 'get-nonce';

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';

/** The scroll lock behind dialogs makes its own style element and asks `get-nonce` for this. */
if (nonce !== '') setNonce(nonce);

/** What the content security policy wants on a style element made at run time. */
export function styleNonce(): string {
  return nonce;
}
