export interface Goal {
  readonly must: number;
  readonly aim: number;
  readonly better: 'lower' | 'higher';
}

export interface Row {
  readonly what: string;
  readonly figure: number;
  /** The minimum and maximum of the rounds; absent for a single round. */
  readonly spread?: readonly [number, number];
  readonly unit: string;
  readonly goal?: Goal;
}

export interface Bench {
  /** The number of rounds; a figure is their median. */
  readonly rounds: number;
  /** The folder of another built checkout to compare with. */
  readonly against: string | undefined;
  /** Prints a line outside of the table: progress or details of a figure. */
  say(line: string): void;
  /** Disposes of the resource at the end, also when the run is interrupted. */
  keep<T extends AsyncDisposable>(resource: T): T;
}

export type Measurement = (bench: Bench) => Promise<Row[]>;

/** The input of a measurement is missing. */
export class Skipped extends Error {
  override readonly name = 'Skipped';
}

/** The median of the rounds, with their spread. */
export function rowOf(what: string, unit: string, rounds: readonly number[], goal?: Goal): Row {
  return {
    what,
    unit,
    figure: median(rounds),
    ...(rounds.length > 1 && { spread: [Math.min(...rounds), Math.max(...rounds)] as const }),
    ...(goal && { goal }),
  };
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The value below which `share` of the values lie, interpolated. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place % 1);
}

/** Whether a row reaches the aim, only the must, or neither; undefined without a goal. */
export function verdictOf({ figure, goal }: Row): 'aim' | 'must' | 'missed' | undefined {
  if (!goal) return undefined;
  const reaches = (bound: number): boolean => (goal.better === 'lower' ? figure <= bound : figure >= bound);
  return reaches(goal.aim) ? 'aim' : reaches(goal.must) ? 'must' : 'missed';
}
