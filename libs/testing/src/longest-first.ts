import sequencer from '@jest/test-sequencer';

// its types describe what `require` gives, where the class stands one level deeper than in what `import` gives
const Sequencer = sequencer as unknown as typeof sequencer.default;
type Tests = Parameters<InstanceType<typeof Sequencer>['sort']>[0];

/** The tiers in the order in which their suites begin. */
const tiers = ['e2e', 'drills', 'infra', 'db', 'unit'];

/**
 * Begins with the suites of whole meshes. Jest itself begins with those that took longest the last time. In a fresh
 * clone it knows no times and goes by the size of files, and a suite of minutes that began last would leave the other
 * cores without work.
 */
export default class LongestFirst extends Sequencer {
  override async sort(tests: Tests): Promise<Tests> {
    const rankOf = ({ context }: Tests[number]): number => tiers.indexOf(context.config.displayName?.name ?? '');
    return (await super.sort(tests)).toSorted((one, other) => rankOf(one) - rankOf(other));
  }
}
