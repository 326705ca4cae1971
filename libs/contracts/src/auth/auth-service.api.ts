import { z } from 'zod';
import { defineApi } from '../kernel/endpoint.js';
import { CreateUser, Login, Tokens, User } from './auth.js';
import { authServiceExamples } from './auth-service.examples.js';

/** `audience` is the app that the token is for. */
const ServiceTokenRequest = z.strictObject({
  service: z.string().max(60),
  secret: z.string().min(1).max(500),
  audience: z.string().max(60),
});

/** The new key, and the keys that the rotation retires. */
export const KeyRotation = z
  .object({ kid: z.string(), signsFrom: z.string(), retires: z.array(z.object({ kid: z.string(), at: z.string() })) })
  .meta({ id: 'KeyRotation' });
export type KeyRotation = z.output<typeof KeyRotation>;

export const authServiceApi = defineApi('auth-service', '/internal/v1', authServiceExamples, {
  login: {
    method: 'POST',
    path: '/login',
    summary: 'Log in with e-mail and password',
    tag: 'Sessions',
    errors: { unauthenticated: ['auth.wrong_credentials'] },
    body: Login,
    returns: Tokens,
    status: 200,
    roles: ['PUBLIC'],
  },
  me: {
    method: 'GET',
    path: '/me',
    summary: 'The account of the caller',
    tag: 'Sessions',
    returns: User,
    roles: ['ADMIN', 'EDITOR', 'USER'],
  },
  createUser: {
    method: 'POST',
    path: '/users',
    summary: 'Make an account',
    tag: 'Accounts',
    errors: { conflict: ['user.email_taken'], fields: ['user.email_malformed'] },
    body: CreateUser,
    returns: User,
    status: 201,
    roles: ['SERVICE'],
  },
  issueServiceToken: {
    method: 'POST',
    path: '/service-tokens',
    summary: 'A token of ten minutes for calls between services',
    tag: 'Keys',
    errors: { unauthenticated: ['auth.wrong_credentials'], fields: ['field.invalid'] },
    body: ServiceTokenRequest,
    returns: Tokens,
    status: 200,
    safe: true,
    open: true,
    roles: ['PUBLIC'],
  },
  rotateKeys: {
    method: 'POST',
    path: '/keys/rotation',
    summary: 'Make a new signing key; the others retire when nothing they signed is valid any more',
    tag: 'Keys',
    returns: KeyRotation,
    status: 200,
    roles: ['SERVICE'],
  },
  listKeys: {
    method: 'GET',
    path: '/jwks',
    summary: 'The public keys that verify tokens (RFC 7517)',
    tag: 'Keys',
    returns: z.object({ keys: z.array(z.record(z.string(), z.unknown())) }),
    open: true,
    roles: ['PUBLIC'],
  },
});
