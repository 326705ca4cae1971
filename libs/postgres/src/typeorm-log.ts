import type { Logger } from '@mediamesh/observability';
import type { Logger as TypeormLogger } from 'typeorm';

/** Writes TypeORM's messages to the app's log, without statements and their parameters. */
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
