import {
  type AppName,
  ConsumingApp,
  type DeadLetter,
  type DeadLetterOrigin,
  deadLettersApi,
} from '@mediamesh/contracts';
import { Refused } from './api-client.js';
import { Failure } from './failure.js';
import { readAllPages } from './read-all-pages.js';
import type { ServiceClients } from './service-clients.js';
import { readable, type Terminal } from './terminal.js';

export const consumingApps = ConsumingApp.options;

/** Lists the dead letters of one app or of all. The exit code is 1 when an app does not answer. */
export async function listDeadLetters(
  only: ConsumingApp | undefined,
  clients: ServiceClients,
  terminal: Terminal,
): Promise<number> {
  const apps = only ? [only] : consumingApps;
  const answers = await Promise.allSettled(
    apps.map((app) =>
      readAllPages((cursor) => clients(deadLettersApi(app)).listDeadLetters({ query: { limit: 100, cursor } })),
    ),
  );
  let failed = false;
  for (const [index, app] of apps.entries()) {
    const answer = answers[index];
    if (answer?.status === 'fulfilled') {
      terminal.print(`${app}: ${answer.value.length === 0 ? 'none' : answer.value.length}`);
      for (const letter of answer.value) for (const line of letterLines(letter)) terminal.print(line);
    } else {
      if (!(answer?.reason instanceof Failure)) throw answer?.reason;
      failed = true;
      terminal.note(`${app}: ${answer.reason.message}\n`);
    }
  }
  return failed ? 1 : 0;
}

/** A dead letter in a list. A message that could not be read as an event is named by its place on the broker. */
export const letterLines = (letter: DeadLetter): string[] => [
  `  ${letter.id}  ${letter.failedAt}  ${readable(letter.type) || 'no event'}  ` +
    `${readable(letter.subject || letter.eventId)}`,
  `      ${readable(letter.consumer)} gave up after ${letter.attempts} ` +
    `${letter.attempts === 1 ? 'attempt' : 'attempts'}: ${readable(letter.error, 300)}`,
];

/** Shows a dead letter with its event, its Kafka message and the stack of the error. */
export async function showDeadLetter(
  app: ConsumingApp,
  id: string,
  clients: ServiceClients,
  terminal: Terminal,
): Promise<number> {
  const letter = await found(app, id, clients(deadLettersApi(app)).getDeadLetter({ params: { id } }));
  for (const line of letterLines(letter)) terminal.print(line.trimStart());
  for (const line of JSON.stringify(letter.event, null, 2).split('\n')) terminal.print(shown(line));
  if (letter.origin) for (const line of originLines(letter.origin, !('data' in letter.event))) terminal.print(line);
  for (const line of letter.stack?.split('\n') ?? []) terminal.print(shown(line));
  return 0;
}

/** The message's place, key and headers, and also its value if no event could be read from it. */
function originLines(
  { topic, partition, offset, writtenAt, key, value, headers }: DeadLetterOrigin,
  withValue: boolean,
): string[] {
  const rows = [
    { name: 'key', value: key },
    ...headers.map((header) => ({ ...header, name: `header ${readable(header.name)}` })),
    ...(withValue ? [{ name: 'value', value }] : []),
  ];
  const written = writtenAt === null ? 'written at no time that can be read' : `written at ${readable(writtenAt)}`;
  return [
    `Message: ${readable(topic)}, partition ${partition}, offset ${readable(offset)}, ${written}`,
    ...rows.map((row) => `  ${row.name}: ${bytesLine(row.value)}`),
  ];
}

function bytesLine(bytes: DeadLetterOrigin['key']): string {
  if (bytes === null) return 'none';
  return `${bytes.encoding === 'base64' ? 'base64 ' : ''}${readable(bytes.content, 100_000)}`;
}

/** A line of an event or a stack, with its indentation. */
const shown = (line: string): string => `${/^ */.exec(line)?.[0] ?? ''}${readable(line, 100_000)}`;

/** Passes the event to its consumer again. The exit code is 1 when that fails; the dead letter then stays. */
export async function replayDeadLetter(
  app: ConsumingApp,
  id: string,
  clients: ServiceClients,
  terminal: Terminal,
): Promise<number> {
  const { handled, error } = await found(app, id, clients(deadLettersApi(app)).replayDeadLetter({ params: { id } }));
  if (!handled)
    throw new Failure(
      `${app} could not handle it again: ${error === null ? 'no reason was given' : readable(error, 300)}. The ` +
        'dead letter stays.',
    );
  terminal.print(`${app} has handled ${id}.`);
  return 0;
}

export async function discardDeadLetter(
  app: ConsumingApp,
  id: string,
  clients: ServiceClients,
  terminal: Terminal,
): Promise<number> {
  await found(app, id, clients(deadLettersApi(app)).discardDeadLetter({ params: { id } }));
  terminal.print(`${app} has forgotten ${id}.`);
  return 0;
}

async function found<T>(app: AppName, id: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Refused && error.status === 404) throw new Failure(`${app} has no dead letter ${id}.`);
    throw error;
  }
}
