import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Logger } from '@mediamesh/observability';
import {
  describeWithCertificates,
  describeWithServer,
  eventually,
  makeCertificates,
  type OwnCertificates,
} from '@mediamesh/testing';
import kafkajs, { type AclOperationTypes } from 'kafkajs';
import { BusBench, factOf } from '../fixtures/bus-bench.js';
import { askBrokers, createKafkaConfig, createKafkaWorld } from '../fixtures/kafka-world.js';
import { OwnBrokers, startSecureBroker } from '../fixtures/own-brokers.js';
import type { KafkaConfig } from './kafka-config.js';
import { KafkaEventBus } from './kafka-event-bus.js';
import { KafkaTopics } from './kafka-topics.js';

const mechanisms = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
const password = 'hush-hush';

// Where a Kafka is named, one of our own can be had too.
describeWithServer('kafka', 'Brokers that want encrypted connections and a password', () => {
  describeWithCertificates('with an authority of our own', () => {
    let certificates: OwnCertificates;
    let brokers: OwnBrokers;
    let address = '';
    const lines: unknown[] = [];
    const keep = (...line: unknown[]): void => void lines.push(inspect(line, { depth: 8 }));
    const logger: Logger = { debug: keep, info: keep, warn: keep, error: keep, flush: () => Promise.resolve() };
    const sasl = (mechanism: (typeof mechanisms)[number] = 'scram-sha-512', secret = password) => ({
      mechanism,
      username: 'alice',
      password: secret,
    });
    const topicsOf = (over: Partial<KafkaConfig>) =>
      new KafkaTopics({
        config: createKafkaConfig(address, { tls: { ca: certificates.ca }, sasl: sasl(), ...over }),
        logger,
        topics: ['content.events'],
      });

    beforeAll(async () => {
      certificates = await makeCertificates();
      brokers = await OwnBrokers.open();
      address = await startSecureBroker(brokers, certificates, password);
      const isReady = async () =>
        brokers.process.isRunning && (await topicsOf({}).check())[0]?.problem.includes('is missing');
      await eventually(isReady, (ready) => ready === true || !brokers.process.isRunning, 'the broker answers', {
        timeoutMs: 90_000,
      });
      if (!brokers.process.isRunning) throw new Error(`Kafka ended: ${brokers.process.output}`);
    });
    afterAll(async () => {
      await brokers.remove();
      await certificates.remove();
    });

    it.each(mechanisms)(
      'let in whoever knows it, by %s: topics are made, and events come through',
      async (mechanism) => {
        const bench = await BusBench.set(
          await createKafkaWorld(address, { tls: { ca: certificates.ca }, sasl: sasl(mechanism) }),
        );
        const bus = bench.openBus();
        bench.consume(bus, 'one');
        await bus.start();
        await bus.publish([factOf('a', 1), factOf('b', 2)]);
        await eventually(
          () => bench.effectsOf('one'),
          (seen) => seen.length === 2,
          'both were handled',
        );
        await bench.close();
      },
    );

    it('are told apart by what is wrong, and no secret is told', async () => {
      const others = await makeCertificates();
      const wrong: readonly [Partial<KafkaConfig>, RegExp][] = [
        [{ sasl: sasl('plain', 'amiss') }, /refuse this process \(SASL PLAIN.*KAFKA_USERNAME/],
        [{ sasl: sasl('scram-sha-512', 'amiss') }, /refuse this process \(SASL SCRAM.*KAFKA_USERNAME/],
        [{ tls: { ca: others.ca } }, /cannot be trusted \(.*certificate.*KAFKA_TLS_CA/],
        [
          { brokers: [address.replace('localhost', '127.0.0.1')] },
          /cannot be trusted \(.*does not match certificate.*KAFKA_BROKERS/,
        ], // not the host of the certificate
        [{ tls: false }, /No broker of .* answers.*KAFKA_TLS/],
      ];
      const findings: Awaited<ReturnType<typeof findOut>>[] = [];
      for (const [over, reason] of wrong) {
        const look = async () => {
          const finding = await findOut(over);
          findings.push(finding);
          return finding;
        };
        // a broker that has just begun may be slower than whoever looks and whoever publishes wait
        const isTold = ({ told, made, published }: (typeof findings)[number]) =>
          reason.test(told) && [made, published].every((outcome) => outcome.startsWith('KafkaJS'));
        await eventually(look, isTold, `it is told by ${reason.source}`);
      }
      await others.remove();
      for (const { problems, made, published } of findings) {
        expect(problems).toEqual([expect.objectContaining({ blocks: false })]);
        expect([made, published]).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(?:made|published)$/)]));
      }
      expect(JSON.stringify([findings, lines])).not.toMatch(/amiss|hush/);
    });

    it('tell a process that may read a topic and not write to it, and let it go on once it may', async () => {
      const world = await createKafkaWorld(address, { tls: { ca: certificates.ca }, sasl: sasl() });
      const config = { ...world.config, sasl: { ...sasl(), username: 'bob' } };
      const bus = new KafkaEventBus({ config, logger, onFatal: () => undefined });
      const look = () => new KafkaTopics({ config, logger, topics: ['content.events'], bus }).check();
      const allow = (operation: AclOperationTypes) =>
        askBrokers(world.config, (admin) =>
          admin.createAcls({
            acl: [
              {
                resourceType: kafkajs.AclResourceTypes.TOPIC,
                resourcePatternType: kafkajs.ResourcePatternTypes.PREFIXED,
                resourceName: config.prefix,
                principal: 'User:bob',
                host: '*',
                operation,
                permissionType: kafkajs.AclPermissionTypes.ALLOW,
              },
            ],
          }),
        );
      await allow(kafkajs.AclOperationTypes.READ);
      await allow(kafkajs.AclOperationTypes.DESCRIBE_CONFIGS);
      await bus.start();
      await eventually(look, (problems) => problems.length === 0, 'all seems well');
      await expect(bus.publish([factOf('a', 1)])).rejects.toThrow('Not authorized');
      await eventually(look, (problems) => problems.length === 1, 'it is told');
      expect(await look()).toEqual([
        {
          problem: expect.stringContaining(`may not write to ${config.prefix}content.events`),
          remedy: expect.stringContaining('kafka-acls.sh'),
          blocks: true,
        },
      ]);
      await allow(kafkajs.AclOperationTypes.WRITE);
      await eventually(
        () => bus.publish([factOf('a', 1)]).then(look),
        (problems) => problems.length === 0,
        'it is taken',
      );
      await bus.close();
      await world.close();
    });

    /** What is said to whoever looks, whoever makes topics and whoever publishes. */
    async function findOut(over: Partial<KafkaConfig>) {
      const config = createKafkaConfig(address, { tls: { ca: certificates.ca }, sasl: sasl(), ...over });
      const topics = new KafkaTopics({ config, logger });
      const bus = new KafkaEventBus({ config, logger, onFatal: () => undefined });
      await bus.start();
      const [problems, made, published] = await Promise.all([
        topics.check(),
        topics.prepare().then(() => 'made', String),
        bus.publish([factOf('a', 1)]).then(() => 'published', String),
      ]);
      await bus.close();
      return {
        problems,
        told: problems.map(({ problem, remedy }) => `${problem} ${remedy}`).join('\n'),
        made,
        published,
      };
    }
  });
});
