import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** At least 32 characters, random. */
export const Secret = z.string().min(32, 'must have at least 32 characters');
export const Port = z.coerce.number().int().min(0).max(65_535);
/** `true`/`false`, `on`/`off`, `1`/`0`. */
export const Switch = z
  .enum(['true', 'false', 'on', 'off', '1', '0'])
  .transform((value) => value === 'true' || value === 'on' || value === '1');
export const HttpUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));
export const PostgresUrl = z
  .string()
  .regex(/^postgres(?:ql)?:\/\/\S+$/, 'must look like postgres://user:password@host:port/database');
export const RedisUrl = z
  .url({ protocol: /^rediss?$/, abort: true, error: 'must look like redis://user:password@host:port/0 or rediss://…' })
  .refine(
    (url) => /^\/?\d*$/.test(new URL(url).pathname),
    'must end with nothing or the number of a database after host:port',
  );

/** A file of CA certificates (PEM), replaced by its content. */
const Authority = z.string().transform((file, context) => {
  try {
    const text = readFileSync(file, 'utf8');
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
    context.addIssue('must name a file that holds a certificate (PEM)');
  } catch (error) {
    context.addIssue(`the file cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
  }
  return z.NEVER;
});

export const List = <S extends z.ZodType<unknown, string>>(item: S) =>
  z
    .string()
    .transform((text) => text.split(',').map((each) => each.trim()))
    .pipe(z.array(item).min(1));

export const dynamoShape = {
  DYNAMODB_ENDPOINT: HttpUrl.optional().describe('Another address than that of AWS, such as a local one.'),
  DYNAMODB_REGION: z.string().default('us-east-1'),
  DYNAMODB_TABLE_PREFIX: z
    .string()
    .regex(/^[\w.-]{0,100}$/)
    .default('mediamesh-')
    .describe('Stands before the names of tables.'),
  DYNAMODB_ACCESS_KEY_ID: z.string().optional().describe("Without both keys those of the machine's own role are used."),
  DYNAMODB_SECRET_ACCESS_KEY: z.string().optional(),
};

export const Shared = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  BIND_ADDRESS: z
    .string()
    .default('127.0.0.1')
    .describe('The address services listen on; only gateways are meant for others.'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  LOG_FOLDER: z.string().optional().describe('A folder for <app>.log; standard output without it.'),
  POSTGRES_URL: PostgresUrl.optional().describe(
    'One server for all services: each makes a role and a database of its own on it.',
  ),
  DATABASE_POOL: z.coerce
    .number()
    .int()
    .min(2)
    .max(100)
    .default(10)
    .describe('The most connections of each service to its database.'),
  MIGRATE: Switch.optional().describe(
    'Whether databases are migrated, and topics, indexes, buckets and tables made, at the start; ' +
      'off by default in production, where it is a step of its own.',
  ),
  EVENT_BUS: z
    .enum(['in-process', 'kafka'])
    .default('in-process')
    .describe('How facts travel; `in-process` needs every app in one process.'),
  KAFKA_BROKERS: List(z.string().regex(/^[^\s,:]+:\d{1,5}$/, 'must look like host:port,host:port'))
    .optional()
    .describe('Where to find the first brokers, as host:port,host:port.'),
  KAFKA_PREFIX: z
    .string()
    .regex(/^[\w.-]*$/, 'may hold letters, digits, dots, dashes and underscores')
    .default('')
    .describe('Stands before the names of topics and groups, where meshes share a broker.'),
  KAFKA_TLS: Switch.default(false).describe('Whether connections to the brokers are encrypted.'),
  KAFKA_TLS_CA: Authority.optional().describe(
    'A file with the certificate authority of the brokers, which turns KAFKA_TLS on; those of the system without it.',
  ),
  KAFKA_SASL: z
    .enum(['none', 'plain', 'scram-sha-256', 'scram-sha-512', 'aws-iam'])
    .default('none')
    .describe(
      'How clients prove who they are; `aws-iam` is for Amazon MSK. ' +
        'It needs KAFKA_TLS, and so does `plain` in production.',
    ),
  KAFKA_USERNAME: z.string().optional(),
  KAFKA_PASSWORD: z.string().optional(),
  KAFKA_AWS_REGION: z.string().optional(),
  KAFKA_PARTITIONS: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(12)
    .describe('Partitions of a topic that is made.'),
  KAFKA_REPLICATION: z.coerce
    .number()
    .int()
    .min(1)
    .max(9)
    .optional()
    .describe('Copies of a topic that is made: 1, or 3 in production, unless given.'),
  KAFKA_RETENTION_HOURS: z.coerce.number().int().min(1).default(168),
  LIMIT_STORE: z
    .enum(['memory', 'redis', 'dynamodb'])
    .default('memory')
    .describe('Where gateways count; `memory` counts in each process by itself.'),
  REDIS_URL: RedisUrl.optional().describe('redis://user:password@host:port/0, or rediss:// with TLS.'),
  REDIS_CLUSTER: Switch.default(false).describe(
    'Whether REDIS_URL names a node of a cluster; its user and password are those of every node.',
  ),
  REDIS_TLS_CA: Authority.optional().describe(
    'A file with the certificate authority of Redis, where REDIS_URL is rediss://; those of the system without it.',
  ),
  REDIS_PREFIX: z.string().default('mediamesh:').describe('Stands before every key.'),
  ...dynamoShape,
  DRAIN_SECONDS: z.coerce
    .number()
    .min(0)
    .max(20)
    .default(0.5)
    .describe(
      'How long an app that was told to stop lets clients move to another instance; ' +
        'as long as a balancer in front needs to notice that it is not ready.',
    ),
  TRUSTED_PROXIES: z.coerce
    .number()
    .int()
    .min(0)
    .max(10)
    .default(0)
    .describe("How many proxies in front of the gateways may be believed about the client's address."),
  CURSOR_SECRETS: z
    .string()
    .transform((list) => list.split(','))
    .pipe(z.tuple([Secret], Secret))
    .describe('Sign and verify cursors, separated by commas; the first signs. Each has at least 32 characters.'),
});
export type SharedConfig = z.output<typeof Shared>;

/** When the variable `when` has the value `is`, or any value without `is`, `require` lists the required ones. */
export interface Condition {
  readonly when: string;
  readonly is?: string;
  readonly require: readonly string[];
}

/** Two variables that require each other. */
export const together = (one: string, other: string): Condition[] => [
  { when: one, require: [other] },
  { when: other, require: [one] },
];

export const sharedConditions: readonly Condition[] = [
  { when: 'EVENT_BUS', is: 'kafka', require: ['KAFKA_BROKERS'] },
  ...['plain', 'scram-sha-256', 'scram-sha-512'].map((is) => ({
    when: 'KAFKA_SASL',
    is,
    require: ['KAFKA_USERNAME', 'KAFKA_PASSWORD'],
  })),
  { when: 'KAFKA_SASL', is: 'aws-iam', require: ['KAFKA_AWS_REGION'] },
  { when: 'LIMIT_STORE', is: 'redis', require: ['REDIS_URL'] },
  ...together('DYNAMODB_ACCESS_KEY_ID', 'DYNAMODB_SECRET_ACCESS_KEY'),
];

export const findLacking = (conditions: readonly Condition[], values: Readonly<Record<string, unknown>>): string[] =>
  conditions
    .filter(({ when, is }) => (is === undefined ? values[when] !== undefined : values[when] === is))
    .flatMap(({ when, is, require }) =>
      require
        .filter((name) => values[name] === undefined)
        .map((name) => `${name}: is required ${is === undefined ? `with ${when}` : `when ${when} is ${is}`}`),
    );
