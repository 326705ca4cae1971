import { migrationsOf } from '@mediamesh/migrations';
import { silentLogger } from '@mediamesh/observability';
import { migrate, openDatabase } from '@mediamesh/postgres';
import { createTestDatabase } from '@mediamesh/testing';
import { describeEventBus } from '../event-bus.contract.js';
import { InProcessEventBus } from './in-process-event-bus.js';

describeEventBus('InProcessEventBus', async () => {
  const test = await createTestDatabase({
    template: 'search',
    migrate: (url) => migrate({ url, migrations: migrationsOf('search'), logger: silentLogger }),
  });
  const database = await openDatabase({ name: 'search', url: test.url, poolSize: 10, logger: silentLogger });
  return {
    database,
    openBus: () => new InProcessEventBus({ logger: silentLogger }),
    close: async () => {
      await database.close();
      await test.drop();
    },
  };
});
