import { describeWithServer, eventually } from '@mediamesh/testing';
import { expect, it } from '@jest/globals';
import { makeThings } from './fixtures/make-things.js';
import { isAbandoned, listLeftovers, nameOfRun, removeLeftovers } from './leftovers.js';

// the rarest of the five: where it runs, all do
describeWithServer('dynamodb', 'what a run leaves on real servers', () => {
  const environment = process.env;

  it('goes, from every server, and what another run makes meanwhile stays', async () => {
    const [ended, running] = [nameOfRun(1_700_000_000_000), nameOfRun()];
    await Promise.all([ended, running].map((run) => makeThings(environment, `${run}-0123456789`)));
    const kindsOf = async (run: string) => {
      const { found, problems } = await listLeftovers(environment, (name) => name.startsWith(run));
      expect(problems).toEqual([]);
      return found.map((line) => line.split(' ')[0]).sort();
    };
    const everything = ['bucket', 'group', 'index', 'key', 'table', 'topic'];
    expect([await kindsOf(ended), await kindsOf(running)]).toEqual([everything, everything]);
    expect(
      (await removeLeftovers(environment, (name) => name.startsWith(ended) && isAbandoned(name))).problems,
    ).toEqual([]);
    await eventually(
      () => kindsOf(ended),
      (kinds) => kinds.length === 0,
      'nothing is left',
    ); // Kafka lists for a moment what it deletes
    expect(await kindsOf(running)).toEqual(everything);
    await removeLeftovers(environment, (name) => name.startsWith(running));
    await eventually(
      () => kindsOf(running),
      (kinds) => kinds.length === 0,
      'nothing is left',
    );
  });
});
