import type { KafkaTiming } from './kafka-config.js';

const look = 2_000;

export interface WatchOptions {
  readonly name: string;
  readonly timing: Pick<KafkaTiming, 'giveUp' | 'giveUpUnreachable'>;
  readonly isReachable: () => Promise<boolean>;
  readonly onFatal: (error: Error) => void;
  /** Milliseconds between checks; 2 s by default. */
  readonly every?: number;
}

/**
 * Detects that a consumer gets nothing from its group. Time in which this process was frozen does not count. While no
 * broker answers, the longer `giveUpUnreachable` applies.
 */
export class Watch {
  /** Called after a third of `giveUp`: a new membership may help. */
  onStalled: () => void = () => undefined;
  private alive = true;
  private silent = 0;
  private deaf = 0;
  private timer: NodeJS.Timeout | undefined;
  private lastLook = 0;
  private told = false;

  constructor(private readonly options: WatchOptions) {}

  /** Whether the group has been silent since the last check. */
  get quiet(): boolean {
    return this.silent > 0;
  }

  start(): void {
    const { every = look } = this.options;
    this.lastLook = performance.now();
    this.timer = setTimeout(() => void this.look(every), every);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Called when the group answers. */
  noteLife(): void {
    this.alive = true;
  }

  private async look(every: number): Promise<void> {
    const now = performance.now();
    const passed = Math.min(now - this.lastLook, 2 * every);
    this.lastLook = now;
    if (this.alive) {
      this.alive = false;
      this.silent = 0;
      this.deaf = 0;
    } else {
      await this.judge(passed, every);
    }
    if (this.timer) this.timer = setTimeout(() => void this.look(every), every);
  }

  private async judge(passed: number, every: number): Promise<void> {
    const { name, timing, isReachable, onFatal } = this.options;
    this.silent += passed;
    if (this.silent < 2 * every) return;
    const reachable = await isReachable();
    if (!this.timer) return;
    const before = this.deaf;
    this.deaf = reachable ? this.deaf + passed : 0;
    const third = timing.giveUp / 3;
    if (before < third && this.deaf >= third) this.onStalled();
    const deaf = this.deaf >= timing.giveUp;
    if (this.told || (!deaf && this.silent < timing.giveUpUnreachable)) return;
    this.told = true;
    const seconds = Math.round((deaf ? this.deaf : this.silent) / 1_000);
    onFatal(
      new Error(
        deaf
          ? `The consumer ${name} has got nothing for ${seconds} s although its brokers answer`
          : `The consumer ${name} has reached no broker for ${seconds} s`,
      ),
    );
  }
}
