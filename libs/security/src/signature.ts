import { Refusal, unauthenticated } from '@mediamesh/contracts';
import { PassportStrategy } from '@nestjs/passport';
import passport from 'passport';
import passportJwt from 'passport-jwt';
import type { KeySource } from './jwks-keys.js';
import { readTokenHeader } from './token-header.js';

export interface SignatureOptions {
  readonly keys: KeySource;
  /** What the header's `typ`, and the claims `iss` and `aud`, have to be. */
  readonly typ?: string;
  readonly issuer?: string;
  readonly audience?: string;
}

interface TokenRequest {
  readonly token: string;
}

type Middleware = (request: TokenRequest, response: object, next: (error?: unknown) => void) => void;

/**
 * Checks the RS256 signature of a token by passport-jwt and answers its payload, of whatever shape: claims and times
 * are the business of the token's kind, which knows the clock. Refuses with `unauthenticated`, or as the keys do.
 *
 * Passport's own instance keeps strategies by name for the whole process, where nine apps would overwrite each other's;
 * so each check has an authenticator of its own.
 */
export function createSignatureCheck({
  keys,
  typ,
  issuer,
  audience,
}: SignatureOptions): (token: string) => Promise<unknown> {
  const authenticator = new passport.Authenticator();
  class TokenStrategy extends PassportStrategy(passportJwt.Strategy, 'token') {
    getPassportInstance(): passport.Authenticator {
      return authenticator;
    }

    validate(payload: unknown): { payload: unknown } {
      return { payload };
    }
  }
  new TokenStrategy({
    algorithms: ['RS256'],
    issuer,
    audience,
    ignoreExpiration: true,
    jsonWebTokenOptions: { ignoreNotBefore: true },
    jwtFromRequest: ({ token }: TokenRequest) => token,
    secretOrKeyProvider: (_request: unknown, token: string, done: (error: unknown, key?: string) => void) => {
      findKey(token, typ, keys).then((key) => done(null, key), done);
    },
  });
  return (token) =>
    new Promise((resolve, reject) => {
      const answer = (
        error: unknown,
        verified: { readonly payload: unknown } | false | undefined,
        reason: unknown,
      ): void => {
        const refusal = error ?? reason;
        if (verified) resolve(verified.payload);
        else reject(refusal instanceof Refusal ? refusal : unauthenticated('auth.invalid_token', { cause: refusal }));
      };
      const run = authenticator.authenticate('token', { session: false }, answer) as Middleware;
      run({ token }, {}, reject);
    });
}

async function findKey(token: string, typ: string | undefined, keys: KeySource): Promise<string> {
  const header = readTokenHeader(token);
  const key = header && header.typ === typ ? await keys.find(header.kid) : undefined;
  if (key === undefined) throw unauthenticated('auth.invalid_token');
  return key;
}
