/**
 * What of a partition was taken and not yet reported as handled. Offsets rise but may leave gaps. Events are handled in
 * any order; what may be committed is only what has nothing unhandled before it.
 */
export class PartitionWindow {
  /** Taken and not handled, in the order of their offsets. */
  private readonly open = new Set<number>();
  private following: number | undefined;
  private committed: number | undefined;

  /** How many events were taken and are not handled. */
  get size(): number {
    return this.open.size;
  }

  /** The offset after the last one taken. */
  get next(): number | undefined {
    return this.following;
  }

  /** The first offset that is not handled: where another instance would have to go on. */
  get position(): number | undefined {
    const [first] = this.open;
    return first ?? this.following;
  }

  /** What is to be committed, when that is news. */
  get news(): number | undefined {
    const { position } = this;
    return position === this.committed ? undefined : position;
  }

  /** Takes the event at an offset; offsets come in rising order. */
  take(offset: number): void {
    this.open.add(offset);
    this.following = offset + 1;
  }

  /** There is nothing to handle up to and with this offset, besides what was taken. */
  pass(offset: number): void {
    this.following = offset + 1;
  }

  finish(offset: number): void {
    this.open.delete(offset);
  }

  /** The broker knows that everything before `position` is handled. */
  markCommitted(position: number): void {
    this.committed = position;
  }
}
