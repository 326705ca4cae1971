/** One Kafka broker that is its own controller (KRaft), with settings for a small machine. */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { installJavaServer, type Java, needJava, readPomVersion, writeLogSettings } from './java.js';
import { plainEnvironment, run } from './programs.js';
import { namesBroker } from './readiness.js';
import { linesOf, type Place, type Say, type Server } from './server.js';

const heap = ['-Xms128m', '-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/** The settings of every broker, independent of listeners and security. */
const common = {
  'default.replication.factor': 1,
  'offsets.topic.replication.factor': 1,
  'offsets.topic.num.partitions': 1,
  'transaction.state.log.replication.factor': 1,
  'transaction.state.log.min.isr': 1,
  'transaction.state.log.num.partitions': 1,
  'share.coordinator.state.topic.replication.factor': 1,
  'share.coordinator.state.topic.min.isr': 1,
  'share.coordinator.state.topic.num.partitions': 1,
  'group.initial.rebalance.delay.ms': 0,
  // a killed broker cannot restart before its old session has expired: 9 s by default
  'broker.session.timeout.ms': 1500,
  'broker.heartbeat.interval.ms': 300,
  'num.network.threads': 2,
  'num.io.threads': 2,
  'background.threads': 2,
  'num.recovery.threads.per.data.dir': 1,
  'log.cleaner.dedupe.buffer.size': 16_777_216,
  'log.segment.bytes': 16_777_216,
  'log.index.size.max.bytes': 1_048_576,
  'auto.create.topics.enable': false,
  'controlled.shutdown.enable': true,
};

const settings = ({ broker, controller }: Place['ports'], data: string) => ({
  ...common,
  'process.roles': 'broker,controller',
  'node.id': 1,
  'controller.quorum.voters': `1@127.0.0.1:${controller}`,
  listeners: `PLAINTEXT://127.0.0.1:${broker},CONTROLLER://127.0.0.1:${controller}`,
  'advertised.listeners': `PLAINTEXT://127.0.0.1:${broker}`,
  'inter.broker.listener.name': 'PLAINTEXT',
  'controller.listener.names': 'CONTROLLER',
  'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
  'log.dirs': data,
});

/** Formats the data folder under a temporary name, so that an interrupted format is not taken for data. */
async function format({ folder, ports }: Place, java: Java, libraries: string): Promise<void> {
  const data = join(folder, 'data');
  if (existsSync(data)) return;
  const fresh = `${data}.new`;
  const file = join(folder, 'format.properties');
  rmSync(fresh, { recursive: true, force: true });
  writeFileSync(file, linesOf(settings(ports, fresh), '='));
  const id = Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url').replace(/^-/, '_');
  await run(
    join(java.home, 'bin/java'),
    [...heap.slice(1), '-cp', libraries, 'kafka.tools.StorageTool', 'format', '-t', id, '-c', file],
    { env: plainEnvironment(), what: 'Formatting the data folder' },
  );
  renameSync(fresh, data);
  rmSync(file);
}

/** The minimum Java version. */
const minimum = 17;

async function install(say: Say): Promise<{ java: Java; libraries: string }> {
  const java = needJava(minimum);
  return { java, libraries: join(await installJavaServer({ name: 'kafka', java, minimum, say }), 'libs/*') };
}

export const kafka: Server = {
  name: 'kafka',
  version: readPomVersion('kafka'),
  configuredBy: 'KAFKA_BROKERS',
  ports: { broker: {}, controller: {} },
  program: 'java',
  address: ({ ports }) => `127.0.0.1:${ports['broker']}`,
  async prepare({ folder, ports, say }) {
    const { java, libraries } = await install(say);
    mkdirSync(folder, { recursive: true });
    await format({ folder, ports }, java, libraries);
    const file = join(folder, 'server.properties');
    writeFileSync(file, linesOf(settings(ports, join(folder, 'data')), '='));
    return {
      program: join(java.home, 'bin/java'),
      args: [
        ...heap,
        `-Dlog4j2.configurationFile=${writeLogSettings(folder)}`,
        '-Dlog4j2.disableJmx=true',
        '-cp',
        libraries,
        'kafka.Kafka',
        file,
      ],
    };
  },
  isReady: ({ ports }) => namesBroker(Number(ports['broker'])),
  async locate(say) {
    const { java, libraries } = await install(say);
    return {
      program: join(java.home, 'bin/java'),
      args: [...heap, '-Dlog4j2.disableJmx=true', '-cp', libraries],
      settings: common,
    };
  },
  variables: ({ ports }) => ({ EVENT_BUS: 'kafka', KAFKA_BROKERS: `127.0.0.1:${ports['broker']}` }),
};
