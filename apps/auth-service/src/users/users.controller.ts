import { authServiceApi, forbidden, type Caller, type Input, type User } from '@mediamesh/contracts';
import { Implements, In } from '@mediamesh/http';
import { CalledBy } from '@mediamesh/security';
import { Controller } from '@nestjs/common';
import { UsersService } from './users.service.js';

type Endpoints = typeof authServiceApi.endpoints;

@Controller()
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Implements(authServiceApi, 'me')
  me(@CalledBy() caller: Caller): Promise<User> {
    if (caller.kind !== 'user') throw forbidden('auth.not_allowed');
    return this.users.get(caller.id);
  }

  @Implements(authServiceApi, 'createUser')
  createUser(@In() { body }: Input<Endpoints['createUser']>): Promise<User> {
    return this.users.create(body);
  }
}
