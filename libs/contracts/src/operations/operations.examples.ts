import { at, ids, pageWith } from '../kernel/world.examples.js';
import type { DeadLetter, DeadLetterDetail } from './dead-letters.js';
import type { OutboxState, ParkedEvent } from './outbox.js';

const letter: DeadLetter = {
  id: '0199d2e1-0001-7abc-8def-0123456789ab',
  consumer: 'indexing',
  eventId: ids.event,
  type: 'content.published',
  subject: ids.episode,
  attempts: 5,
  error: 'The title «فنجان القهوة» could not be indexed',
  failedAt: at.imported,
};
const detail: DeadLetterDetail = {
  ...letter,
  event: { id: ids.event, type: 'content.published', subject: ids.episode, time: at.published },
  stack: null,
  origin: {
    topic: 'content.events',
    partition: 3,
    offset: '1042',
    writtenAt: at.published,
    key: { encoding: 'utf-8', content: ids.program },
    value: { encoding: 'utf-8', content: '{"document":{}}' },
    headers: [{ name: 'ce_type', value: { encoding: 'utf-8', content: 'content.published' } }],
  },
};
const parked: ParkedEvent = {
  eventId: ids.event,
  type: 'content.updated',
  subject: ids.program,
  topic: 'content.events',
  size: 1_200_000,
  reason: 'The broker takes no message as large as this',
  createdAt: at.published,
  parkedAt: at.imported,
};
const state: OutboxState = { unsent: 1, oldestUnsentAt: at.published, parked: 1 };

/** With `app` for the gateway, without it for an app itself. */
export const deadLetterExamples = <P extends { readonly app?: 'search-service' }>(app: P) =>
  ({
    listDeadLetters: { 'One that failed': { query: { ...app, limit: 20 }, answer: pageWith(letter) } },
    getDeadLetter: { 'From Kafka': { params: { ...app, id: letter.id }, answer: detail } },
    replayDeadLetter: {
      Handled: { params: { ...app, id: letter.id }, answer: { handled: true, error: null } },
      'Failed again': { params: { ...app, id: letter.id }, answer: { handled: false, error: letter.error } },
    },
    discardDeadLetter: { 'For good': { params: { ...app, id: letter.id } } },
  }) as const;

export const outboxExamples = {
  readOutbox: { 'One is parked': { answer: state } },
  listParkedEvents: { 'One is parked': { answer: pageWith(parked) } },
  retryParkedEvent: { 'Once more': { params: { id: ids.event } } },
} as const;
