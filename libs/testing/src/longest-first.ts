import sequencer from '@jest/test-sequencer';

// Its types describe `require`, which nests the class one level deeper than `import`.
const Sequencer = sequencer as unknown as typeof sequencer.default;
type Tests = Parameters<InstanceType<typeof Sequencer>['sort']>[0];

/** In the order in which their suites start. */
const tiers = ['e2e', 'drills', 'infra', 'db', 'unit'];

/**
 * Starts with the slowest tiers. Jest starts with the suites that took longest last time. In a fresh clone it knows no
 * times and sorts by file size; a suite of minutes that starts last would leave the other cores idle.
 */
export default class LongestFirst extends Sequencer {
  override async sort(tests: Tests): Promise<Tests> {
    const rankOf = ({ context }: Tests[number]): number => tiers.indexOf(context.config.displayName?.name ?? '');
    return (await super.sort(tests)).toSorted((one, other) => rankOf(one) - rankOf(other));
  }
}
