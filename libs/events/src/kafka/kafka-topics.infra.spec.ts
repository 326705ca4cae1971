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
  const topicsOf = (over: Partial<KafkaConfig> = {}) => new KafkaTopics({ config: { ...config, ...over }, logger: silentLogger });
  beforeEach(() => {
    config = createKafkaConfig(brokers);
  });
  afterEach(() => removeWorld(config));
  /** Looks until that is found: a busy broker may not answer in the time of a look, and learns of a change a little later. */
  const find = (sentence: string, holds: (problems: readonly ResourceProblem[]) => boolean, over: Partial<KafkaConfig> = {}) => eventually(() => topicsOf(over).check(), holds, sentence);
  const findNothing = () => find('nothing is wrong', (problems) => problems.length === 0);

  it('are made as configured, whoever else makes them at the same moment, and then nothing is wrong', async () => {
    await Promise.all([topicsOf().prepare(), topicsOf().prepare(), topicsOf().prepare()]);
    await topicsOf().prepare();
    await findNothing();
    const name = `${config.prefix}content.events`;
    const { topics, entries } = await askBrokers(config, async (admin) => ({
      topics: (await admin.fetchTopicMetadata({ topics: allTopics.map((topic) => `${config.prefix}${topic}`) })).topics,
      entries: (await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name }] })).resources[0]?.configEntries ?? [],
    }));
    expect(topics.map(({ partitions }) => partitions.length)).toEqual(allTopics.map(() => 3));
    const settings = Object.fromEntries(entries.map(({ configName, configValue }) => [configName, configValue]));
    expect(settings).toMatchObject({ 'retention.ms': '3600000', 'max.message.bytes': '2097152', 'compression.type': 'uncompressed' });
  });

  it('are told by name when they are missing, and nobody can work meanwhile', async () => {
    const problems = await find('all are missing', ({ length }) => length === allTopics.length);
    expect(problems).toContainEqual({ problem: `The topic ${config.prefix}content.events is missing`, remedy: expect.stringContaining('migrate'), blocks: true });
  });

  it('are told when they have fewer partitions or copies than configured, which stops nobody', async () => {
    await topicsOf().prepare();
    const problems = await find('all are told twice', ({ length }) => length === 2 * allTopics.length, { partitions: 5, replication: 2 });
    expect(problems).toContainEqual({ problem: `The topic ${config.prefix}auth.events has 3 of 5 partitions`, remedy: expect.any(String), blocks: false });
    expect(problems).toContainEqual({ problem: `The topic ${config.prefix}auth.events has 1 of 2 copies`, remedy: expect.any(String), blocks: false });
    expect(problems.every(({ blocks }) => !blocks)).toBe(true);
    const alone = `The topic ${config.prefix}auth.events acknowledges an event of which there is one copy`;
    await find('one copy is too few', (all) => all.some(({ problem }) => problem === alone), { replication: 3 });
  });

  it('are told when too few copies are up to date for anything to be published', async () => {
    await topicsOf().prepare();
    const name = `${config.prefix}content.events`;
    const set = (copies: number) => askBrokers(config, (admin) => admin.alterConfigs({ validateOnly: false, resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name, configEntries: [{ name: 'min.insync.replicas', value: String(copies) }] }] }));
    await set(2);
    expect(await find('it is told', ([first]) => first?.problem.startsWith(`The topic ${name}`) ?? false)).toEqual([{ problem: `The topic ${name} takes no events: of a partition 1 copies are up to date, and 2 must be`, remedy: expect.stringContaining('Start the brokers'), blocks: false }]);
    await set(1);
    await findNothing();
  });

  it('cannot be asked about where nobody answers: that is said within two seconds and stops nobody', async () => {
    const [port] = await freePorts(1);
    const problems = await takesLessThan(2_000, () => topicsOf({ brokers: [`127.0.0.1:${port}`] }).check());
    expect(problems).toEqual([{ problem: expect.stringContaining('No broker of 127.0.0.1'), remedy: expect.stringContaining('KAFKA_BROKERS'), blocks: false }]);
  });
});
