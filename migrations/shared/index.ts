import type { MigrationClass } from '@mediamesh/postgres';
import { Messaging1700000000001 } from './0001-messaging.js';
import { DeadLetterOrigin1700000000002 } from './0002-dead-letter-origin.js';

export const sharedMigrations: MigrationClass[] = [Messaging1700000000001, DeadLetterOrigin1700000000002];
