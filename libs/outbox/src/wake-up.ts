/** A sleep that a bell ends. A bell rung while nobody sleeps is kept for the next sleep; many are one. */
export class WakeUp {
  private rung = false;
  private sleeper: { wake: () => void; deaf: boolean } | undefined;

  ring(): void {
    this.rung = true;
    if (!this.sleeper?.deaf) this.sleeper?.wake();
  }

  /** Ends also a deaf sleep. */
  alarm(): void {
    this.rung = true;
    this.sleeper?.wake();
  }

  /** Sleeps for some milliseconds or until the bell; `deaf` does not hear the bell, which is kept for later. */
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
