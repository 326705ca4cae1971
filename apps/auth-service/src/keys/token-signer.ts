import { randomUUIDv7 } from 'node:crypto';
import type { Tokens } from '@mediamesh/contracts';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { SigningKeysService } from './signing-keys.service.js';

export interface TokenContent {
  /** The header's `typ`. */
  readonly typ: string;
  readonly issuer: string;
  readonly audience: string;
  readonly subject: string;
  /** The lifetime. */
  readonly seconds: number;
  readonly claims: Readonly<Record<string, string>>;
}

/** Signs tokens (RS256) with the current signing key. */
@Injectable()
export class TokenSigner {
  constructor(
    private readonly jwt: JwtService,
    private readonly keys: SigningKeysService,
  ) {}

  async sign({ typ, issuer, audience, subject, seconds, claims }: TokenContent): Promise<Tokens> {
    const { kid, privateKey } = await this.keys.signer();
    const accessToken = await this.jwt.signAsync(
      { ...claims },
      {
        algorithm: 'RS256',
        privateKey,
        header: { alg: 'RS256', typ, kid },
        issuer,
        audience,
        subject,
        expiresIn: seconds,
        jwtid: randomUUIDv7(),
      },
    );
    return { accessToken, tokenType: 'Bearer', expiresIn: seconds };
  }
}
