import { type Api, authServiceApi, type AppName } from '@mediamesh/contracts';
import { addressesOf, type Environment } from './addresses.js';
import { type ApiClient, createApiClient, Refused } from './api-client.js';
import { Failure } from './failure.js';
import { readServiceSecret } from './mesh-folder.js';

/** Creates a client of a service's internal API that calls as the service `mesh`, without a user. */
export type ServiceClients = <A extends Api>(api: A) => ApiClient<A>;

/** Clients that get a token at the first call and renew it, as commands may outlast it. Throws without a secret. */
export async function createServiceClients(environment: Environment): Promise<ServiceClients> {
  const secret = await readServiceSecret(environment);
  const auth = createApiClient(authServiceApi, { url: addressesOf('auth-service', environment) });
  const tokens = new Map<AppName, { readonly text: string; readonly renewAt: number }>();
  const tokenFor = async (audience: AppName): Promise<string> => {
    const known = tokens.get(audience);
    if (known && performance.now() < known.renewAt) return known.text;
    const asked = performance.now();
    const { accessToken, expiresIn } = await issueToken(auth, audience, secret);
    tokens.set(audience, { text: accessToken, renewAt: asked + expiresIn * 500 }); // at half of its lifetime
    return accessToken;
  };
  return (api) =>
    createApiClient(api, {
      url: addressesOf(api.app, environment),
      headers: async () => ({ 'x-service-authorization': `Bearer ${await tokenFor(api.app)}` }),
    });
}

async function issueToken(auth: ApiClient<typeof authServiceApi>, audience: AppName, secret: string) {
  try {
    return await auth.issueServiceToken({ body: { service: 'mesh', secret, audience } });
  } catch (error) {
    if (error instanceof Refused && error.status === 401)
      throw new Failure(
        'auth-service does not know this SERVICE_SECRET_MESH: it must be the one auth-service was started with.',
      );
    throw error;
  }
}
