import { authServiceApi, type Input, type Tokens } from '@mediamesh/contracts';
import { Implements, In } from '@mediamesh/http';
import { Controller } from '@nestjs/common';
import { ServiceSessionsService } from './service-sessions.service.js';
import { SessionsService } from './sessions.service.js';

type Endpoints = typeof authServiceApi.endpoints;

@Controller()
export class SessionsController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly services: ServiceSessionsService,
  ) {}

  @Implements(authServiceApi, 'login')
  login(@In() { body }: Input<Endpoints['login']>): Promise<Tokens> {
    return this.sessions.login(body);
  }

  @Implements(authServiceApi, 'issueServiceToken')
  issueServiceToken(@In() { body }: Input<Endpoints['issueServiceToken']>): Promise<Tokens> {
    return this.services.issue(body);
  }
}
