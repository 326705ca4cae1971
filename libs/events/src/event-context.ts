import type { Envelope } from '@mediamesh/contracts';
import type { EntityManager } from '@mediamesh/postgres';

export class EventContext {
  private readonly transaction: EntityManager | undefined;

  constructor(
    readonly envelope: Envelope,
    /** Aborted at the deadline. Handlers pass it on to what they wait for. */
    readonly signal: AbortSignal,
    tx?: EntityManager,
  ) {
    this.transaction = tx;
  }

  /** The transaction that also records the event as done. Throws in a handler with `effects: 'elsewhere'`. */
  get tx(): EntityManager {
    if (!this.transaction)
      throw new Error(`The handler of ${this.envelope.type} is not declared with effects in the database`);
    return this.transaction;
  }
}
