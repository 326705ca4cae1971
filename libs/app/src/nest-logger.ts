import type { Logger } from '@mediamesh/observability';
import type { LoggerService } from '@nestjs/common';

/** Writes Nest's messages to our log: warnings and errors as such, others at debug. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown): void {
    this.logger.debug(String(message));
  }
  warn(message: unknown): void {
    this.logger.warn(String(message));
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.logger.error(String(message), {
      error: message instanceof Error ? message : undefined,
      rest: rest.map(String),
    });
  }
}
