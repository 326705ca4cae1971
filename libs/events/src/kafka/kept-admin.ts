import type { Logger } from '@mediamesh/observability';
import { within } from '@mediamesh/resilience';
import type { Admin, Kafka } from 'kafkajs';

const longestDiscard = 2_000;

interface Kept {
  readonly admin: Admin;
  readonly connecting: Promise<void>;
}

/** An admin connection kept between uses. Any failure drops it, so that the next use gets fresh metadata. */
export class KeptAdmin {
  private kept: Kept | undefined;
  private closed = false;

  constructor(
    private readonly client: Pick<Kafka, 'admin'>,
    private readonly logger: Logger,
  ) {}

  async use<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    if (this.closed) throw new Error('The bus is closed');
    const kept = (this.kept ??= this.connect());
    try {
      await kept.connecting;
      return await work(kept.admin);
    } catch (error) {
      if (this.kept === kept) void this.discard();
      throw error;
    }
  }

  /** Waits at most two seconds for brokers that do not answer. */
  async close(): Promise<void> {
    this.closed = true;
    await this.discard();
  }

  private connect(): Kept {
    const admin = this.client.admin();
    return { admin, connecting: admin.connect() };
  }

  private async discard(): Promise<void> {
    const kept = this.kept;
    this.kept = undefined;
    if (!kept) return;
    try {
      await within(
        longestDiscard,
        kept.connecting.catch(() => undefined).then(() => kept.admin.disconnect()),
      );
    } catch (error) {
      this.logger.debug('A connection for administration could not be closed in order', { error });
    }
  }
}
