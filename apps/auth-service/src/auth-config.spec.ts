import { describe, expect, it } from '@jest/globals';
import { appNames, screamingName } from '@mediamesh/contracts';
import { z } from 'zod';
import { accountsOf, AuthConfig, serviceSecretsOf } from './auth-config.js';

const secret = (name: string): string => `the secret of ${name}, long enough to be one`;
const required = {
  AUTH_KEY_SECRET: secret('keys'),
  ...Object.fromEntries(appNames.map((name) => [`SERVICE_SECRET_${screamingName(name)}`, secret(name)])),
};
const read = (environment: object) => z.object(AuthConfig).safeParse({ ...required, ...environment });

describe('the configuration of auth-service', () => {
  it("knows the secret of every app, and the command line's where it has one", () => {
    expect(serviceSecretsOf(read({}).data ?? ({} as AuthConfig))).toEqual(
      new Map(appNames.map((name) => [name, secret(name)])),
    );
    expect(serviceSecretsOf(read({ SERVICE_SECRET_MESH: secret('mesh') }).data ?? ({} as AuthConfig)).get('mesh')).toBe(
      secret('mesh'),
    );
  });

  it('names each account by the one spelling of its address', () => {
    const config =
      read({ ADMIN_EMAIL: ' Admin@Example.org', ADMIN_PASSWORD: 'a long passphrase' }).data ?? ({} as AuthConfig);
    expect(accountsOf(config)).toEqual([{ role: 'ADMIN', email: 'admin@example.org', password: 'a long passphrase' }]);
  });

  it('is refused with a short secret, a short password, an address that is none, or half an account', () => {
    for (const wrong of [
      { AUTH_KEY_SECRET: 'short' },
      { SERVICE_SECRET_CMS_SERVICE: undefined },
      { ADMIN_PASSWORD: 'short' },
      { EDITOR_EMAIL: 'nobody' },
    ]) {
      expect(read(wrong).success).toBe(false);
    }
    expect(() => accountsOf(read({ EDITOR_EMAIL: 'editor@example.org' }).data ?? ({} as AuthConfig))).toThrow(
      /EDITOR_PASSWORD/,
    );
    expect(() => accountsOf(read({ ADMIN_PASSWORD: 'a long passphrase' }).data ?? ({} as AuthConfig))).toThrow(
      /ADMIN_EMAIL/,
    );
  });
});
