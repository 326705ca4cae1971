/** The servers there are, in the order they are shown. */
import { dynamodb } from './dynamodb.mjs';
import { kafka } from './kafka.mjs';
import { opensearch } from './opensearch.mjs';
import { postgres } from './postgres.mjs';
import { redis } from './redis.mjs';
import { s3 } from './s3.mjs';

/**
 * A server: `name`; `version` (or answered by `prepare`); `configuredBy`, the variable that names one of somebody
 * else's; `ports` by purpose; `prepare` downloads it, writes its settings and answers `{ program, args }` (PostgreSQL
 * has `start` instead, which answers the process id); `isReady` asks it; `variables` point the mesh at it. Each
 * function takes `{ folder, ports, say }`: its own folder and its ports. `locate` installs it and answers `{ program,
 * args, settings }`, for tests that start some of their own with more settings than these.
 */
export const catalogue = { postgres, kafka, redis, opensearch, s3, dynamodb };

/** What `start` starts when no name is given. */
export const usual = ['postgres', 'kafka', 'redis', 'opensearch', 's3'];
