import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { silentLogger } from '@mediamesh/observability';
import type { ResourceProblem } from '@mediamesh/resilience';
import { describeWithServer, eventually, freePorts, takesLessThan } from '@mediamesh/testing';
import kafkajs from 'kafkajs';
import { askBrokers, createKafkaConfig, removeWorld } from '../fixtures/kafka-world.js';
import type { KafkaConfig } from './kafka-config.js';
import { allTopics, KafkaTopics } from './kafka-topics.js';

describeWithServer('kafka', 'The topics of the mesh', (brokers = '') => {
  let config: KafkaConfig;
  const topicsOf = (over: Partial<KafkaConfig> = {}) =>
    new KafkaTopics({ config: { ...config, ...over }, logger: silentLogger });
  beforeEach(() => {
    config = createKafkaConfig(brokers);
  });
  afterEach(() => removeWorld(config));
  /**
   * Looks until that is found: a busy broker may not answer in the time of a look, and learns of a change a little
   * later.
   */
  const find = (
    sentence: string,
    holds: (problems: readonly ResourceProblem[]) => boolean,
    over: Partial<KafkaConfig> = {},
  ) => eventually(() => topicsOf(over).check(), holds, sentence);
  const findNothing = () => find('nothing is wrong', (problems) => problems.length === 0);

  it('are made as configured, whoever else makes them at the same moment, and then nothing is wrong', async () => {
    await Promise.all([topicsOf().prepare(), topicsOf().prepare(), topicsOf().prepare()]);
    await topicsOf().prepare();
    await findNothing();
    const name = `${config.prefix}content.events`;
    const { topics, entries } = await askBrokers(config, async (admin) => ({
      topics: (await admin.fetchTopicMetadata({ topics: allTopics.map((topic) => `${config.prefix}${topic}`) })).topics,
      entries:
        (
          await admin.describeConfigs({
            includeSynonyms: false,
            resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name }],
          })
        ).resources[0]?.configEntries ?? [],
    }));
    expect(topics.map(({ partitions }) => partitions.length)).toEqual(allTopics.map(() => 3));
    const settings = Object.fromEntries(entries.map(({ configName, configValue }) => [configName, configValue]));
    expect(settings).toMatchObject({
      'retention.ms': '3600000',
      'max.message.bytes': '2097152',
      'compression.type': 'uncompressed',
    });
  });

  it('are told by name when they are missing, and nobody can work meanwhile', async () => {
    const problems = await find('all are missing', ({ length }) => length === allTopics.length);
    expect(problems).toContainEqual({
      problem: `The topic ${config.prefix}content.events is missing`,
      remedy: expect.stringContaining('migrate'),
      blocks: true,
    });
  });

  it('are told when they have fewer partitions or copies than configured, which stops nobody', async () => {
    await topicsOf().prepare();
    const problems = await find('all are told twice', ({ length }) => length === 2 * allTopics.length, {
      partitions: 5,
      replication: 2,
    });
    expect(problems).toContainEqual({
      problem: `The topic ${config.prefix}auth.events has 3 of 5 partitions`,
      remedy: expect.any(String),
      blocks: false,
    });
    expect(problems).toContainEqual({
      problem: `The topic ${config.prefix}auth.events has 1 of 2 copies`,
      remedy: expect.any(String),
      blocks: false,
    });
    expect(problems.every(({ blocks }) => !blocks)).toBe(true);
    const alone = `The topic ${config.prefix}auth.events acknowledges an event of which there is one copy`;
    await find('one copy is too few', (all) => all.some(({ problem }) => problem === alone), { replication: 3 });
  });

  /** Sets a topic right but for the settings given. */
  const configure = (name: string, settings: Readonly<Record<string, string>>) => {
    const entries = { 'retention.ms': '3600000', 'max.message.bytes': '2097152', ...settings };
    const configEntries = Object.entries(entries).map(([entry, value]) => ({ name: entry, value }));
    return askBrokers(config, (admin) =>
      admin.alterConfigs({
        validateOnly: false,
        resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name, configEntries }],
      }),
    );
  };

  it('are told when too few copies are up to date for anything to be published', async () => {
    await topicsOf().prepare();
    const name = `${config.prefix}content.events`;
    await configure(name, { 'min.insync.replicas': '2' });
    expect(await find('it is told', ([first]) => first?.problem.startsWith(`The topic ${name}`) ?? false)).toEqual([
      {
        problem: `The topic ${name} takes no events: of a partition 1 copies are up to date, and 2 must be`,
        remedy: expect.stringContaining('Start the brokers'),
        blocks: false,
      },
    ]);
    await configure(name, {});
    await findNothing();
  });

  it.each([
    ['cleanup.policy', 'compact', 'forgets all events of a key but the last'],
    ['cleanup.policy', 'compact,delete', 'forgets all events of a key but the last'],
    ['compression.type', 'zstd', 'is compressed with zstd, which consumers cannot read'],
    ['compression.type', 'lz4', 'is compressed with lz4, which consumers cannot read'],
    ['retention.ms', '3600001', 'keeps events for 2 h, longer than consumers remember'],
    ['retention.ms', '-1', 'keeps events for ever, longer than consumers remember'],
  ])('that somebody else made are told with the remedy when their %s is %s', async (setting, value, told) => {
    await topicsOf().prepare();
    const name = `${config.prefix}content.events`;
    await configure(name, { [setting]: value });
    const problems = await find('it is told', ([first]) => first?.problem.startsWith(`The topic ${name}`) ?? false);
    expect(problems).toEqual([
      {
        problem: expect.stringContaining(told),
        remedy: expect.stringContaining(`Set its ${setting} to `),
        blocks: false,
      },
    ]);
    await configure(name, {});
    await findNothing();
  });

  it('are not asked about again for a while after nothing was wrong with them', async () => {
    const topics = topicsOf();
    await topics.prepare();
    await eventually(
      () => topics.check(),
      (problems) => problems.length === 0,
      'nothing is wrong',
    );
    await askBrokers(config, (admin) => admin.deleteTopics({ topics: [`${config.prefix}content.events`] }));
    await find('it is missing', ({ length }) => length === 1);
    expect(await topics.check()).toEqual([]);
  });

  it('cannot be asked about where nobody answers: that is said within two seconds and stops nobody', async () => {
    const [port] = await freePorts(1);
    const problems = await takesLessThan(2_000, () => topicsOf({ brokers: [`127.0.0.1:${port}`] }).check());
    expect(problems).toEqual([
      {
        problem: expect.stringContaining('No broker of 127.0.0.1'),
        remedy: expect.stringContaining('KAFKA_BROKERS'),
        blocks: false,
      },
    ]);
  });
});
