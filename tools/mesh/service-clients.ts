import { type Api, authServiceApi, type AppName } from '@mediamesh/contracts';
import { addressOf, type Environment } from './addresses.js';
import { type ApiClient, createApiClient, Refused } from './api-client.js';
import { Failure } from './failure.js';
import { readServiceSecret } from './mesh-folder.js';

/** A client of a service's internal API that calls as the service `mesh`, without a person. */
export type ServiceClients = <A extends Api>(api: A) => ApiClient<A>;

/** Makes clients that get a token for each service at their first call. Throws when there is no secret to get tokens with. */
export async function createServiceClients(environment: Environment): Promise<ServiceClients> {
  const secret = await readServiceSecret(environment);
  const auth = createApiClient(authServiceApi, { url: addressOf('auth-service', environment) });
  const tokens = new Map<AppName, Promise<string>>();
  const tokenFor = (audience: AppName): Promise<string> => {
    const token = tokens.get(audience) ?? issueToken(auth, audience, secret);
    tokens.set(audience, token);
    return token;
  };
  return (api) =>
    createApiClient(api, { url: addressOf(api.app, environment), headers: async () => ({ 'x-service-authorization': `Bearer ${await tokenFor(api.app)}` }) });
}

async function issueToken(auth: ApiClient<typeof authServiceApi>, audience: AppName, secret: string): Promise<string> {
  try {
    return (await auth.issueServiceToken({ body: { service: 'mesh', secret, audience } })).accessToken;
  } catch (error) {
    if (error instanceof Refused && error.status === 401) throw new Failure('auth-service does not know this SERVICE_SECRET_MESH: it must be the one auth-service was started with.');
    throw error;
  }
}
