import type { Logger } from '@mediamesh/observability';
import type { Logger as TypeormLogger } from 'typeorm';

/** What TypeORM says of itself, in the app's log; statements and their parameters are not logged. */
export class TypeormLog implements TypeormLogger {
  constructor(private readonly logger: Logger) {}

  logQuery(): void {}
  logQueryError(): void {}
  logQuerySlow(): void {}
  logSchemaBuild(): void {}

  logMigration(message: string): void {
    this.logger.info(message);
  }

  log(level: 'log' | 'info' | 'warn', message: unknown): void {
    this.logger[level === 'warn' ? 'warn' : 'debug'](String(message));
  }
}
