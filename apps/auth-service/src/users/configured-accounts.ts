import type { OnApplicationBootstrap } from '@nestjs/common';
import type { ConfiguredAccount } from '../auth-config.js';
import type { UsersService } from './users.service.js';

/** Sees to it that the accounts of the configuration are there before anybody can log in. */
export class ConfiguredAccounts implements OnApplicationBootstrap {
  constructor(
    private readonly accounts: readonly ConfiguredAccount[],
    private readonly users: UsersService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    for (const account of this.accounts) await this.users.ensure(account);
  }
}
