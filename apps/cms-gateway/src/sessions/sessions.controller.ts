import { cmsAuthApi, authServiceApi, type Input } from '@mediamesh/contracts';
import { type Client, Clients, type Endpoints, type Forwarded, Implements, In } from '@mediamesh/http';
import { Controller } from '@nestjs/common';

type Api = Endpoints<typeof cmsAuthApi>;

/** Logging in, and who is logged in. */
@Controller()
export class SessionsController {
  private readonly auth: Client<typeof authServiceApi>;

  constructor(clients: Clients) {
    this.auth = clients.of(authServiceApi);
  }

  @Implements(cmsAuthApi, 'login')
  login(@In() input: Input<Api['login']>): Promise<Forwarded> {
    return this.auth.forward('login', input);
  }

  @Implements(cmsAuthApi, 'me')
  me(@In() input: Input<Api['me']>): Promise<Forwarded> {
    return this.auth.forward('me', input);
  }
}
