import { EntitySchema } from '@mediamesh/postgres';
import type { SigningKey } from './signing-key.js';

/** The private key is encrypted. */
export interface SigningKeyRow extends SigningKey {
  privateBox: Buffer;
}

export const SigningKeyEntity = new EntitySchema<SigningKeyRow>({
  name: 'signing_key',
  tableName: 'signing_keys',
  columns: {
    kid: { type: 'text', primary: true },
    publicJwk: { type: 'jsonb', name: 'public_jwk' },
    privateBox: { type: 'bytea', name: 'private_box' },
    createdAt: { type: 'timestamptz', name: 'created_at' },
    retiredAt: { type: 'timestamptz', name: 'retired_at', nullable: true },
  },
});
