/** A sleep that `ring` ends. A ring outside a sleep ends the next one at once. Several rings count as one. */
export class WakeUp {
  private rung = false;
  private sleeper: { wake: () => void; deaf: boolean } | undefined;

  ring(): void {
    this.rung = true;
    if (!this.sleeper?.deaf) this.sleeper?.wake();
  }

  alarm(): void {
    this.rung = true;
    this.sleeper?.wake();
  }

  /** Sleeps for some milliseconds or until a ring. A ring does not end a `deaf` sleep and counts for the next one. */
  async sleep(milliseconds: number, { deaf = false } = {}): Promise<void> {
    if (deaf || !this.rung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        const wake = () => {
          clearTimeout(timer);
          resolve();
        };
        this.sleeper = { wake, deaf };
      });
      this.sleeper = undefined;
    }
    if (!deaf) this.rung = false;
  }
}
