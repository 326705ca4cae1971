import { dynamodb } from './dynamodb.js';
import { kafka } from './kafka.js';
import { opensearch } from './opensearch.js';
import { postgres } from './postgres.js';
import { redis } from './redis.js';
import { s3 } from './s3.js';
import type { Server } from './server.js';

export const catalogue: readonly Server[] = [postgres, kafka, redis, opensearch, s3, dynamodb];

/** The servers that `start` starts by default. */
export const usual = ['postgres', 'kafka', 'redis', 'opensearch', 's3'];
