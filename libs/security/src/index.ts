export * from './access-guard.js';
export { Access, accessOf, requestOf } from './access.js';
export * from './bearer.js';
export * from './called-by.js';
export {
  clockLeewaySeconds,
  isServiceName,
  issuer,
  serviceTokens,
  serviceTokenSeconds,
  userTokens,
  userTokenSeconds,
} from './claims.js';
export type { ServiceClaims, TokenKind, UserClaims } from './claims.js';
export * from './email.js';
export * from './jwks-keys.js';
export * from './service-tokens.js';
export * from './token-verifier.js';
