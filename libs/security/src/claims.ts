import { UserRole, type ServiceName, appNames } from '@mediamesh/contracts';
import { isUuid } from '@mediamesh/text';

/** The `iss` of every token of this mesh, and the `aud` of user tokens. */
export const issuer = 'mediamesh';

/** Lifetimes of tokens, in seconds. */
export const userTokenSeconds = 15 * 60;
export const serviceTokenSeconds = 10 * 60;

/** The accepted difference between the clocks of two machines, in seconds. */
export const clockLeewaySeconds = 60;

/** In seconds. No token of this mesh lives longer; one that claims to was not made by a working issuer. */
const longestLifeSeconds = 60 * 60;

/** The claims of a verified user token. `expiresAt` is epoch seconds. */
export interface UserClaims {
  readonly id: string;
  readonly role: UserRole;
  readonly expiresAt: number;
}

/** The claims of a verified service token. `expiresAt` is epoch seconds. */
export interface ServiceClaims {
  readonly name: ServiceName;
  readonly expiresAt: number;
}

/**
 * A kind of token: the header's `typ`, the `aud`, and how to read the payload. `read` returns `undefined` if a claim is
 * missing or the token is not valid now. Kinds differ in `typ` and `aud`, so none is accepted as another.
 */
export interface TokenKind<Claims> {
  readonly typ: string;
  readonly audience: string;
  readonly read: (payload: unknown, nowSeconds: number) => Claims | undefined;
}

/** Tokens of people, with the `typ` of RFC 9068. */
export const userTokens: TokenKind<UserClaims> = { typ: 'at+jwt', audience: issuer, read: readUserClaims };

/** Tokens for calls between services. `aud` is the target's name. */
export const serviceTokens = (audience: string): TokenKind<ServiceClaims> => ({
  typ: 'svc+jwt',
  audience,
  read: readServiceClaims,
});

function readUserClaims(payload: unknown, nowSeconds: number): UserClaims | undefined {
  const claims = readTimes(payload, nowSeconds);
  const role = UserRole.safeParse(claims?.role);
  if (!claims || !role.success || typeof claims.sub !== 'string' || !isUuid(claims.sub)) return undefined;
  return { id: claims.sub, role: role.data, expiresAt: claims.exp };
}

function readServiceClaims(payload: unknown, nowSeconds: number): ServiceClaims | undefined {
  const claims = readTimes(payload, nowSeconds);
  if (!claims || !isServiceName(claims.sub)) return undefined;
  return { name: claims.sub, expiresAt: claims.exp };
}

export const isServiceName = (name: unknown): name is ServiceName =>
  name === 'mesh' || (appNames as readonly unknown[]).includes(name);

/** The claims, if `exp` and `iat` are numbers and the current time is between them, with leeway. */
function readTimes(
  payload: unknown,
  now: number,
): (Readonly<Record<string, unknown>> & { readonly exp: number }) | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined;
  const claims: Readonly<Record<string, unknown>> = { ...payload };
  const { exp, iat, nbf = iat } = claims;
  if (typeof exp !== 'number' || typeof iat !== 'number' || typeof nbf !== 'number') return undefined;
  if (hasExpired(exp, now) || iat > now + clockLeewaySeconds || nbf > now + clockLeewaySeconds) return undefined;
  return exp - iat > longestLifeSeconds || exp <= iat ? undefined : { ...claims, exp };
}

/** Whether `exp` (epoch seconds) has passed, with leeway. */
export const hasExpired = (expiresAt: number, nowSeconds: number): boolean =>
  !(nowSeconds < expiresAt + clockLeewaySeconds);
