import { defineApp } from '@mediamesh/app';
import { authServiceApi } from '@mediamesh/contracts';
import { Logger } from '@mediamesh/observability';
import { JwtService } from '@nestjs/jwt';
import { accountsOf, AuthConfig, serviceSecretsOf } from './auth-config.js';
import { KeyBox } from './keys/key-box.js';
import { KeysController } from './keys/keys.controller.js';
import { SigningKeyEntity } from './keys/signing-key.entity.js';
import { SigningKeysRepository } from './keys/signing-keys.repository.js';
import { SigningKeysService } from './keys/signing-keys.service.js';
import { TokenSigner } from './keys/token-signer.js';
import { ServiceSessionsService } from './sessions/service-sessions.service.js';
import { SessionsController } from './sessions/sessions.controller.js';
import { SessionsService } from './sessions/sessions.service.js';
import { ConfiguredAccounts } from './users/configured-accounts.js';
import { Passwords } from './users/passwords.js';
import { UserEntity } from './users/user.entity.js';
import { UsersController } from './users/users.controller.js';
import { UsersRepository } from './users/users.repository.js';
import { UsersService } from './users/users.service.js';

/** Accounts, logins, and the tokens of people and services. */
export const authService = defineApp({
  name: 'auth-service',
  about: {
    title: 'Auth service',
    description: 'Accounts and logins of people, tokens for services, and the keys that sign and verify both.',
  },
  apis: [authServiceApi],
  database: 'auth',
  entities: [UserEntity, SigningKeyEntity],
  config: AuthConfig,
  controllers: [UsersController, SessionsController, KeysController],
  providers: (config) => [
    UsersRepository,
    UsersService,
    Passwords,
    SessionsService,
    SigningKeysRepository,
    SigningKeysService,
    TokenSigner,
    { provide: KeyBox, useValue: new KeyBox(config.AUTH_KEY_SECRET) },
    { provide: JwtService, useValue: new JwtService() },
    {
      provide: ServiceSessionsService,
      inject: [TokenSigner, Logger],
      useFactory: (signer: TokenSigner, logger: Logger) =>
        new ServiceSessionsService(serviceSecretsOf(config), signer, logger),
    },
    {
      provide: ConfiguredAccounts,
      inject: [UsersService],
      useFactory: (users: UsersService) => new ConfiguredAccounts(accountsOf(config), users),
    },
  ],
});
