import { Refusal, unauthenticated } from '@mediamesh/contracts';
import { PassportStrategy } from '@nestjs/passport';
import passport from 'passport';
import passportJwt from 'passport-jwt';
import type { KeySource } from './jwks-keys.js';
import { readTokenHeader } from './token-header.js';

export interface SignatureOptions {
  readonly keys: KeySource;
  /** The required `typ` of the header, and the claims `iss` and `aud`. */
  readonly typ?: string;
  readonly issuer?: string;
  readonly audience?: string;
}

interface TokenRequest {
  readonly token: string;
}

type Middleware = (request: TokenRequest, response: object, next: (error?: unknown) => void) => void;

/**
 * Verifies a token's RS256 signature with passport-jwt and returns the payload unchecked: claims and times are checked
 * by the token's kind, which has the clock. Rejects with `unauthenticated`, or with the error of `keys`. Each check has
 * its own authenticator, because Passport's default instance is global and the apps of a process would overwrite each
 * other's strategies.
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
