import type { OnApplicationBootstrap } from '@nestjs/common';
import type { ConfiguredAccount } from '../auth-config.js';
import type { UsersService } from './users.service.js';

/** Creates and updates the configured accounts before the app accepts requests. */
export class ConfiguredAccounts implements OnApplicationBootstrap {
  constructor(
    private readonly accounts: readonly ConfiguredAccount[],
    private readonly users: UsersService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    for (const account of this.accounts) await this.users.ensure(account);
  }
}
