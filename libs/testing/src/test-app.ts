import { randomBytes, randomUUIDv7 } from 'node:crypto';
import { type AnyApp, describeApp, startMesh } from '@mediamesh/app';
import {
  appNames,
  authServiceApi,
  dataschemaOf,
  type EventDefinition,
  isGateway,
  screamingName,
  type ServiceName,
  type UserRole,
} from '@mediamesh/contracts';
import { InProcessEventBus } from '@mediamesh/events';
import { migrationsOf } from '@mediamesh/migrations';
import { silentLogger } from '@mediamesh/observability';
import { migrate } from '@mediamesh/postgres';
import type { z } from 'zod';
import { freePorts } from './free-ports.js';
import { createProblemCheck } from './listed-problems.js';
import { type Neighbour, stubNeighbour } from './neighbour.js';
import { TestAuthority, type TestUser } from './test-authority.js';
import { createTestDatabase } from './test-database.js';

export interface TestAppOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Services that the app calls. auth-service is added unless given or under test. */
  readonly neighbours?: readonly Neighbour[];
}

/** The caller: a user, a service, both or neither. */
export interface As {
  readonly user?: UserRole | TestUser;
  readonly service?: ServiceName | null;
}

export interface TestRequest extends As {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

// The test itself asserts the shape of the JSON.
export type TestBody = ReturnType<typeof JSON.parse>;

export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, or text. */
  readonly body: TestBody;
}

export interface TestApp {
  readonly url: string;
  readonly databaseUrl: string | undefined;
  readonly authority: TestAuthority;
  readonly users: Readonly<Record<UserRole, TestUser>>;
  /**
   * Calls the app as another service would: cms-gateway by default, no service token for `null`. The default deadline
   * is 30 seconds. Throws for a problem that the app's documentation does not list.
   */
  request(path: string, request?: TestRequest): Promise<TestAnswer>;
  /** Publishes an event that the app consumes. Resolves when the bus has accepted it. */
  deliver<P extends z.ZodType>(event: EventDefinition<P>, payload: z.input<P>, eventId?: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts one app with a database of its own, stubbed neighbours and tokens of a test authority. */
export async function startTestApp(
  app: AnyApp,
  { environment = {}, neighbours = [] }: TestAppOptions = {},
): Promise<TestApp> {
  const authority = new TestAuthority();
  await using opened = new AsyncDisposableStack();
  const service = app.database;
  const database =
    service &&
    (await createTestDatabase({
      template: service,
      migrate: (url) => migrate({ url, migrations: migrationsOf(service), logger: silentLogger }),
    }));
  if (database) opened.defer(() => database.drop());
  const ports = await freePorts(appNames.length);
  const portOf = Object.fromEntries(appNames.map((name, index) => [name, ports[index] ?? 0]));
  const secret = randomBytes(32).toString('hex');

  const needsAuthority =
    app.name !== 'auth-service' && !neighbours.some((neighbour) => neighbour.app === 'auth-service');
  const all = needsAuthority ? [...neighbours, stubAuthority(authority)] : neighbours;
  for (const neighbour of all) {
    opened.defer(() => neighbour.close());
    await neighbour.listen(portOf[neighbour.app] ?? 0);
  }

  const bus = new InProcessEventBus({ logger: silentLogger });
  opened.defer(() => bus.close());
  const mesh = await startMesh([app], {
    bus,
    environment: {
      NODE_ENV: 'test',
      LOG_LEVEL: 'silent',
      MIGRATE: 'off',
      DRAIN_SECONDS: '0',
      CURSOR_SECRETS: secret,
      ...Object.fromEntries(
        appNames.flatMap((name) => [
          [`${screamingName(name)}_PORT`, String(portOf[name])],
          [`SERVICE_SECRET_${screamingName(name)}`, secret],
        ]),
      ),
      ...(service && database && { [`${service.toUpperCase()}_DATABASE_URL`]: database.url }),
      ...environment,
    },
  });
  opened.defer(() => mesh.close());
  await bus.start();
  const running = opened.move();

  const url = `http://127.0.0.1:${portOf[app.name]}`;
  const checkProblem = createProblemCheck(describeApp(app));
  const users: Record<UserRole, TestUser> = {
    ADMIN: { id: randomUUIDv7(), role: 'ADMIN' },
    EDITOR: { id: randomUUIDv7(), role: 'EDITOR' },
    USER: { id: randomUUIDv7(), role: 'USER' },
  };
  return {
    url,
    databaseUrl: database?.url,
    authority,
    users,
    request: async (path, { user, service: caller = 'cms-gateway', method = 'GET', body, headers = {} } = {}) => {
      const person = typeof user === 'string' ? users[user] : user;
      const response = await fetch(url + path, {
        method,
        redirect: 'manual',
        headers: {
          ...(person && { authorization: `Bearer ${await authority.userToken(person)}` }),
          // Without it a service uses the deadline of user requests, and answers 503 on a busy machine.
          ...(!isGateway(app.name) && { 'x-deadline-ms': '30000' }),
          ...(caller &&
            !isGateway(app.name) && {
              'x-service-authorization': `Bearer ${await authority.serviceToken(caller, app.name)}`,
            }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && {
          body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
        }),
      });
      const answer = (await readBody(response)) as TestBody;
      checkProblem(method, path, response.status, answer);
      return { status: response.status, headers: response.headers, body: answer };
    },
    deliver: (event, payload, eventId = randomUUIDv7()) =>
      bus.publish([{ topic: event.topic, envelope: envelopeOf(event, payload, eventId) }]),
    close: () => running.disposeAsync(),
  };
}

function envelopeOf<P extends z.ZodType>(event: EventDefinition<P>, input: z.input<P>, id: string) {
  const payload = event.payload.parse(input);
  return {
    id,
    type: event.type,
    source: 'test',
    subject: event.subject(payload),
    time: new Date().toISOString(),
    dataschema: dataschemaOf(event),
    partitionkey: event.partitionKey(payload),
    data: payload,
  };
}

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text();
  return /json/.test(response.headers.get('content-type') ?? '') && text !== '' ? (JSON.parse(text) as unknown) : text;
}

const stubAuthority = (authority: TestAuthority): Neighbour =>
  stubNeighbour(authServiceApi, {
    listKeys: () => authority.keys(),
    issueServiceToken: async ({ body }) => ({
      accessToken: await authority.serviceToken(body.service as ServiceName, body.audience),
      tokenType: 'Bearer' as const,
      expiresIn: 600,
    }),
  });
