/** What a figure is compared with. */
export interface Goal {
  readonly must: number;
  readonly aim: number;
  /** Which side of the goal is good. */
  readonly better: 'lower' | 'higher';
}

/** One line of the table. */
export interface Row {
  readonly what: string;
  readonly figure: number;
  /** The smallest and the largest of the rounds; missing where there is only one. */
  readonly spread?: readonly [number, number];
  readonly unit: string;
  readonly goal?: Goal;
}

/** What a measurement is given. */
export interface Bench {
  /** How many rounds each figure is the median of. */
  readonly rounds: number;
  /** The folder of another checkout, built, to measure against. */
  readonly against: string | undefined;
  /** Prints a line beside the table: progress, or what a figure is made of. */
  say(line: string): void;
  /** Sees to it that what was started is stopped, also when the run is interrupted. */
  keep<T extends AsyncDisposable>(resource: T): T;
}

export type Measurement = (bench: Bench) => Promise<Row[]>;

/** A measurement whose input is not there. */
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

/** The value below which `share` of the values lie; between two neighbours it is interpolated. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place % 1);
}

/** Whether a row reaches its goal, misses only the aim, or misses the must; undefined without a goal. */
export function verdictOf({ figure, goal }: Row): 'aim' | 'must' | 'missed' | undefined {
  if (!goal) return undefined;
  const reaches = (bound: number): boolean => (goal.better === 'lower' ? figure <= bound : figure >= bound);
  return reaches(goal.aim) ? 'aim' : reaches(goal.must) ? 'must' : 'missed';
}
