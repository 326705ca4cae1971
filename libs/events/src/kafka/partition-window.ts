/**
 * The taken and uncommitted offsets of a partition, which rise and may have gaps. Events are handled in any order, but
 * an offset may be committed only when everything before it is handled.
 */
export class PartitionWindow {
  /** Taken and not handled, in the order of their offsets. */
  private readonly open = new Set<number>();
  private following: number | undefined;
  private committed: number | undefined;

  get size(): number {
    return this.open.size;
  }

  get next(): number | undefined {
    return this.following;
  }

  /** The first unhandled offset: where another instance would have to continue. */
  get position(): number | undefined {
    const [first] = this.open;
    return first ?? this.following;
  }

  /** The offset to commit, if it is not committed yet. */
  get news(): number | undefined {
    const { position } = this;
    return position === this.committed ? undefined : position;
  }

  /** Offsets must rise from call to call. */
  take(offset: number): void {
    this.open.add(offset);
    this.following = offset + 1;
  }

  /** Skips the offsets up to and including this one. */
  pass(offset: number): void {
    this.following = offset + 1;
  }

  finish(offset: number): void {
    this.open.delete(offset);
  }

  /** The broker has stored that everything before `position` is handled. */
  markCommitted(position: number): void {
    this.committed = position;
  }
}
