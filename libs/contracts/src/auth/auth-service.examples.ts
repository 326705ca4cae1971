import { at, ids } from '../kernel/world.examples.js';
import type { Tokens, User } from './auth.js';

const tokens = (accessToken: string, expiresIn: number): Tokens => ({ accessToken, tokenType: 'Bearer', expiresIn });
const editor: User = {
  id: ids.editor,
  email: 'laila@example.org',
  name: 'ليلى الحداد',
  role: 'EDITOR',
  createdAt: at.made,
};

export const authServiceExamples = {
  login: {
    'An editor': {
      body: { email: 'laila@example.org', password: 'بن وهيل وزعفران' },
      answer: tokens('eyJhbGciOiJSUzI1NiJ9.eyJyb2xlIjoiRURJVE9SIn0.c2lnbmF0dXJl', 900),
    },
  },
  me: { 'An editor': { answer: editor } },
  createUser: {
    'An editor': {
      body: { email: 'laila@example.org', password: 'بن وهيل وزعفران', role: 'EDITOR', name: 'ليلى الحداد' },
      answer: editor,
    },
    'An operator': {
      body: { email: 'omar@example.org', password: 'cardamom and saffron', role: 'ADMIN', name: 'Omar Saleh' },
      answer: { ...editor, email: 'omar@example.org', name: 'Omar Saleh', role: 'ADMIN' },
    },
  },
  issueServiceToken: {
    'To call cms-service': {
      body: { service: 'ingest-service', secret: 'the secret of ingest-service', audience: 'cms-service' },
      answer: tokens('eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJpbmdlc3Qtc2VydmljZSJ9.c2lnbmF0dXJl', 600),
    },
  },
  rotateKeys: {
    'One key retires': {
      answer: {
        kid: 'oFYuqfYrCBM',
        signsFrom: '2025-10-11T14:05:00.000Z',
        retires: [{ kid: 'uXJ2sKpQ7nE', at: '2025-10-11T15:05:00.000Z' }],
      },
    },
  },
  listKeys: {
    'One key': {
      answer: {
        keys: [{ kty: 'RSA', use: 'sig', alg: 'RS256', kid: 'oFYuqfYrCBM', n: 'u1SU1LfVLPHCozMxH2Mo', e: 'AQAB' }],
      },
    },
  },
} as const;
