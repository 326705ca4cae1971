import { type Environment, readConsumers, readTopics } from '@mediamesh/app';
import { failuresAsLines } from './mesh-apps.js';
import { tableOf } from './table.js';
import type { Terminal } from './terminal.js';

const withoutBroker =
  'Events travel within one process (EVENT_BUS=in-process): there are no topics and no groups on a broker. npm ' +
  'run mesh -- outbox and dead-letters tell what waits.';

/** Lists the topics on the brokers. The exit code is 1 when one is missing. */
export async function listTopics(environment: Environment, terminal: Terminal): Promise<number> {
  const found = await failuresAsLines(() => readTopics(environment), 'The brokers cannot be asked');
  if (!found) return tell(terminal, withoutBroker);
  const rows = found.topics.map(({ topic, partitions, copies, copiesInSync, events }) => [
    topic,
    partitions,
    copies,
    copiesInSync,
    events,
  ]);
  for (const line of tableOf([['topic', 'partitions', 'copies', 'in sync', 'events'], ...rows])) terminal.print(line);
  if (found.missing.length === 0) return 0;
  terminal.note(`Missing: ${found.missing.join(', ')}. Make them with npm run mesh -- migrate.\n`);
  return 1;
}

/** Lists the consumer groups with their members and lag. */
export async function listConsumers(environment: Environment, terminal: Terminal): Promise<number> {
  const groups = await failuresAsLines(() => readConsumers(environment), 'The brokers cannot be asked');
  if (!groups) return tell(terminal, withoutBroker);
  const rows = groups.flatMap(({ group, state, members, partitions }) => {
    const topics = [...new Set(partitions.map(({ topic }) => topic))];
    const lagOf = (topic: string): number =>
      partitions.filter((one) => one.topic === topic).reduce((sum, { lag }) => sum + lag, 0);
    return topics.length === 0
      ? [[group, state, members.length, '', 0]]
      : topics.map((topic) => [group, state, members.length, topic, lagOf(topic)]);
  });
  for (const line of tableOf([['group', 'state', 'members', 'topic', 'behind'], ...rows])) terminal.print(line);
  return 0;
}

function tell(terminal: Terminal, line: string): number {
  terminal.print(line);
  return 0;
}
