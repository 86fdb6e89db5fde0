import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** AES-256-GCM. A sealed text is base64url of: version (1 byte), nonce (12), ciphertext, tag (16). */
const algorithm = 'aes-256-gcm';
const version = 1;
const nonceBytes = 12;
const tagBytes = 16;

/** Makes texts that only who has the secret can read or make. */
export type Seal = {
  close(text: string): string;
  /** Undefined when it was not sealed with this secret, or was changed. */
  open(sealed: string): string | undefined;
};

/** @param purpose keeps what was sealed for one thing from being used for another */
export function createSeal(secret: string | Buffer, purpose: string): Seal {
  const key = Buffer.from(hkdfSync('sha256', secret, '', `drover ${purpose}`, 32));
  const additional = Buffer.from([version]);
  return {
    close(text) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, key, nonce).setAAD(additional);
      const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([additional, nonce, ciphertext, cipher.getAuthTag()]).toString('base64url');
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64url');
      if (bytes[0] !== version || bytes.length < 1 + nonceBytes + tagBytes) return undefined;
      const nonce = bytes.subarray(1, 1 + nonceBytes);
      const ciphertext = bytes.subarray(1 + nonceBytes, -tagBytes);
      try {
        const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes }).setAAD(additional);
        decipher.setAuthTag(bytes.subarray(-tagBytes));
        return decipher.update(ciphertext, undefined, 'utf8') + decipher.final('utf8');
      } catch {
        return undefined;
      }
    },
  };
}
