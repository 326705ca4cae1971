import { ConfigError, type ConfigOf, Secret } from '@mediamesh/app';
import { appNames, screamingName, type AppName, type ServiceName, type UserRole } from '@mediamesh/contracts';
import { normaliseEmail } from '@mediamesh/security';
import { z } from 'zod';

const Email = z
  .string()
  .transform((text, context) => normaliseEmail(text) ?? (context.addIssue('must be an e-mail address'), z.NEVER));
const Password = z.string().min(12, 'must have at least 12 characters').max(1000);
const secretName = (service: ServiceName) =>
  `SERVICE_SECRET_${screamingName(service) as Screaming<ServiceName>}` as const;

type Screaming<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Uppercase<Head>}_${Screaming<Tail>}`
  : Uppercase<Name>;

/**
 * The secret that encrypts the signing keys, the secrets of the services that may get a token (`mesh` is the operators'
 * command line), and up to two accounts that are created at the start.
 */
export const AuthConfig = {
  AUTH_KEY_SECRET: Secret.describe(
    'Encrypts the signing keys in the database. At least 32 characters, made by chance.',
  ),
  ADMIN_EMAIL: Email.optional().describe(
    'An account that is there from the start; so is the one of an editor. A password has at least 12 characters.',
  ),
  ADMIN_PASSWORD: Password.optional(),
  EDITOR_EMAIL: Email.optional(),
  EDITOR_PASSWORD: Password.optional(),
  SERVICE_SECRET_MESH: Secret.optional().describe(
    "Of the operators' command line. At least 32 characters, made by chance.",
  ),
  ...(Object.fromEntries(appNames.map((name) => [secretName(name), Secret])) as Record<
    `SERVICE_SECRET_${Screaming<AppName>}`,
    typeof Secret
  >),
};

export type AuthConfig = ConfigOf<typeof AuthConfig>;

export const serviceSecretsOf = (config: AuthConfig): Map<ServiceName, string> =>
  new Map(
    ([...appNames, 'mesh'] as const).flatMap((service) => {
      const secret = config[secretName(service)];
      return secret === undefined ? [] : [[service, secret]];
    }),
  );

export interface ConfiguredAccount {
  readonly role: UserRole;
  readonly email: string;
  readonly password: string;
}

/** Throws {@link ConfigError} for an address without a password, and for a password without an address. */
export function accountsOf(config: AuthConfig): ConfiguredAccount[] {
  const account = (
    role: 'ADMIN' | 'EDITOR',
    email: string | undefined,
    password: string | undefined,
  ): ConfiguredAccount[] => {
    if (email === undefined && password === undefined) return [];
    if (email === undefined || password === undefined)
      throw new ConfigError([`${role}_EMAIL and ${role}_PASSWORD: are required together`]);
    return [{ role, email, password }];
  };
  return [
    ...account('ADMIN', config.ADMIN_EMAIL, config.ADMIN_PASSWORD),
    ...account('EDITOR', config.EDITOR_EMAIL, config.EDITOR_PASSWORD),
  ];
}
