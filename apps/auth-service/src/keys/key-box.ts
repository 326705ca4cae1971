import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Encrypts private keys for the database: AES-256-GCM under a key derived from the secret by HKDF-SHA-256. A box is
 * nonce, tag and ciphertext. It is bound to its label, so that it cannot be used in another row.
 */
export class KeyBox {
  private readonly key: Buffer;

  constructor(secret: string) {
    this.key = Buffer.from(hkdfSync('sha256', secret, '', 'mediamesh signing keys', 32));
  }

  lock(label: string, content: string): Buffer {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, this.key, nonce).setAAD(Buffer.from(label));
    const locked = Buffer.concat([cipher.update(content, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), locked]);
  }

  /** Throws when the secret or the label differs, or the box was altered. */
  open(label: string, box: Buffer): string {
    const decipher = createDecipheriv(algorithm, this.key, box.subarray(0, nonceBytes), { authTagLength: tagBytes });
    decipher.setAAD(Buffer.from(label)).setAuthTag(box.subarray(nonceBytes, nonceBytes + tagBytes));
    return Buffer.concat([decipher.update(box.subarray(nonceBytes + tagBytes)), decipher.final()]).toString('utf8');
  }
}
