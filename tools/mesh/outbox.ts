import { type AppName, outboxApi, type OutboxState, type ParkedEvent } from '@mediamesh/contracts';
import { Refused } from './api-client.js';
import { Failure } from './failure.js';
import { readApps } from './mesh-apps.js';
import { readAllPages } from './read-all-pages.js';
import type { ServiceClients } from './service-clients.js';
import { readable, type Terminal } from './terminal.js';

/** The apps with a database, and so with an outbox. */
export const listPublishingApps = async (): Promise<AppName[]> =>
  (await readApps()).filter(({ database }) => database !== undefined).map(({ name }) => name);

/** Shows the unsent and parked events of every app. The exit code is 1 when an app does not answer. */
export async function listOutboxes(
  clients: ServiceClients,
  terminal: Terminal,
  now: () => number = Date.now,
): Promise<number> {
  const apps = await listPublishingApps();
  const answers = await Promise.allSettled(
    apps.map(async (app) => {
      const outbox = clients(outboxApi(app));
      const state = await outbox.readOutbox({});
      const parked =
        state.parked === 0
          ? []
          : await readAllPages((cursor) => outbox.listParkedEvents({ query: { limit: 100, cursor } }));
      return { state, parked };
    }),
  );
  let failed = false;
  for (const [index, app] of apps.entries()) {
    const answer = answers[index];
    if (answer?.status === 'fulfilled') {
      terminal.print(`${app}: ${describeState(answer.value.state, now())}`);
      for (const event of answer.value.parked) for (const line of parkedLines(event)) terminal.print(line);
    } else {
      if (!(answer?.reason instanceof Failure)) throw answer?.reason;
      failed = true;
      terminal.note(`${app}: ${answer.reason.message}\n`);
    }
  }
  return failed ? 1 : 0;
}

/** One line about an outbox; `now` in epoch milliseconds. */
export function describeState({ unsent, oldestUnsentAt, parked }: OutboxState, now: number): string {
  const seconds = oldestUnsentAt === null ? 0 : Math.max(0, Math.round((now - Date.parse(oldestUnsentAt)) / 1000));
  const waiting = unsent === 0 ? 'nothing waits' : `${unsent} unsent, the oldest for ${seconds} s`;
  return parked === 0 ? waiting : `${waiting} · ${parked} parked`;
}

const parkedLines = (event: ParkedEvent): string[] => [
  `  ${event.eventId}  ${event.parkedAt}  ${readable(event.type)}  ${readable(event.subject)}`,
  `      ${readable(event.topic)}, ${event.size} bytes: ${readable(event.reason, 300)}`,
];

/** Retries a parked event, in whichever app it is. */
export async function retryParkedEvent(id: string, clients: ServiceClients, terminal: Terminal): Promise<number> {
  for (const app of await listPublishingApps()) {
    try {
      await clients(outboxApi(app)).retryParkedEvent({ params: { id } });
    } catch (error) {
      if (error instanceof Refused && error.code === 'outbox.event_not_found') continue;
      throw error;
    }
    terminal.print(`${app} offers ${id} to the bus again; npm run mesh -- outbox tells whether it was taken.`);
    return 0;
  }
  throw new Failure(`No app has a parked event ${id}.`);
}
