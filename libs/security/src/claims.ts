import { UserRole, type ServiceName, appNames } from '@mediamesh/contracts';
import { isUuid } from '@mediamesh/text';

/** Who issues every token of this mesh (`iss`), and for whom user tokens are made (`aud`). */
export const issuer = 'mediamesh';

/** How long tokens live, in seconds. */
export const userTokenSeconds = 15 * 60;
export const serviceTokenSeconds = 10 * 60;

/** How far the clocks of two machines may differ, in seconds. */
export const clockLeewaySeconds = 60;

/** No token of ours lives longer than this, in seconds; one that claims to was not made by a working issuer. */
const longestLifeSeconds = 60 * 60;

/** What a verified user token says. `expiresAt` is epoch seconds. */
export interface UserClaims {
  readonly id: string;
  readonly role: UserRole;
  readonly expiresAt: number;
}

/** What a verified service token says. `expiresAt` is epoch seconds. */
export interface ServiceClaims {
  readonly name: ServiceName;
  readonly expiresAt: number;
}

/**
 * One kind of token: the header's `typ`, whom it is for, and how its payload is read. `read` answers `undefined` for a
 * payload that lacks a claim we use or whose times do not hold. Kinds differ in `typ` and `aud`, so none passes for
 * another.
 */
export interface TokenKind<Claims> {
  readonly typ: string;
  readonly audience: string;
  readonly read: (payload: unknown, nowSeconds: number) => Claims | undefined;
}

/** Tokens of people (RFC 9068's `typ`). */
export const userTokens: TokenKind<UserClaims> = { typ: 'at+jwt', audience: issuer, read: readUserClaims };

/** Tokens with which one service calls another: `aud` is the target's name. */
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

/** Whether a name is one of those that may hold a service secret. */
export const isServiceName = (name: unknown): name is ServiceName =>
  name === 'mesh' || (appNames as readonly unknown[]).includes(name);

/** The claims, if `exp` and `iat` are numbers and now lies between them, give or take the leeway. */
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

/** Whether a token's `exp` (epoch seconds) lies in the past, leeway included. */
export const hasExpired = (expiresAt: number, nowSeconds: number): boolean =>
  !(nowSeconds < expiresAt + clockLeewaySeconds);
