import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { eventsIn, nameOfVersion } from './growth/promised-shapes.js';
import * as contracts from './index.js';
import { appNames, dataschemaOf, Envelope, type EventDefinition, isErrorCode, messages } from './index.js';

const folder = join(import.meta.dirname, '../samples/events');
const events = eventsIn(contracts);

interface Sample {
  readonly file: string;
  readonly envelope: Envelope;
}
const samples = readdirSync(folder).map((file): Sample => ({
  file,
  envelope: JSON.parse(readFileSync(join(folder, file), 'utf8')) as Envelope,
}));
const isOf = (event: EventDefinition, { file }: Sample): boolean =>
  new RegExp(`^${RegExp.escape(nameOfVersion(event))}(?:\\.\\w+)?\\.json$`).test(file);
const samplesOf = (event: EventDefinition): Sample[] => samples.filter((sample) => isOf(event, sample));

/** The payload of one sample, as a consumer gets it. */
function readSample<E extends EventDefinition>(event: E, name = nameOfVersion(event)): contracts.Payload<E> {
  const sample = samples.find(({ file }) => file === `${name}.json`);
  return event.payload.parse(sample?.envelope.data) as contracts.Payload<E>;
}

const program = '0199d2c4-7d10-7a41-8c55-1f0b6e2d9a01';
const episode = '0199d2c9-02b4-7d3e-9b1a-52c7e8f4ab02';
const cover = '0199d2c4-1a2b-7c3d-8e4f-506172839405';
const audio = '0199d2c8-5f60-7b12-a3c4-d5e6f7081906';
const run = '0199d2d0-4411-7e22-9f33-a4b5c6d7e8f7';
const source = '0199d2cf-9a8b-7c6d-8e5f-40312233b458';

/** A copy in which every object that is not a map has a field nobody knows. */
function addUnknownFields(value: unknown, isMap = false): unknown {
  if (Array.isArray(value)) return value.map((entry) => addUnknownFields(entry));
  if (typeof value !== 'object' || value === null) return value;
  const inner = Object.entries(value).map(([key, entry]): [string, unknown] => [
    key,
    addUnknownFields(entry, maps.has(key)),
  ]);
  return Object.fromEntries(isMap ? inner : [...inner, ['addedLater', { by: 'a newer publisher' }]]);
}
/** Fields whose keys are data. */
const maps = new Set(['localizations', 'alt']);

describe('the declared events', () => {
  it('are there', () => {
    expect(events.map(nameOfVersion).sort()).toEqual(
      expect.arrayContaining(['content.published.v1', 'ingest.failed.v1', 'metadata.vocabulary_changed.v1']),
    );
  });

  it('are called area.happened, in the past tense', () => {
    const pastTense = /^(?:[a-z_]+_)?(?:[a-z]+ed|ready)$/;
    const misnamed = events.filter(
      ({ type }) => !/^[a-z]+(?:\.[a-z_]+)+$/.test(type) || !pastTense.test(type.split('.').at(-1) ?? ''),
    );
    expect(misnamed.map(({ type }) => type)).toEqual([]);
  });

  it('are declared once for each type and version, on one topic for each type', () => {
    const names = events.map(nameOfVersion);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(events.map(({ type, topic }) => `${type} ${topic}`)).size).toBe(
      new Set(events.map(({ type }) => type)).size,
    );
  });

  it('travel on the topic of their area', () => {
    expect(
      events.filter(({ type, topic }) => topic !== `${type.split('.')[0]}.events`).map(({ type }) => type),
    ).toEqual([]);
  });

  it('name type and version in the address of their schema', () => {
    for (const event of events) expect(dataschemaOf(event)).toBe(`urn:mediamesh:event:${event.type}:v${event.version}`);
    expect(events.filter(({ version }) => !Number.isInteger(version) || version < 1)).toEqual([]);
  });

  it.each(events.map((event) => [nameOfVersion(event), event] as const))('keep a sample of %s', (_, event) => {
    expect(samplesOf(event)).not.toEqual([]);
  });

  it('can all still be read: no sample is of an event that is gone', () => {
    expect(samples.filter((sample) => !events.some((event) => isOf(event, sample))).map(({ file }) => file)).toEqual(
      [],
    );
  });
});

describe.each(
  events.flatMap((event) => samplesOf(event).map(({ file, envelope }) => [file, event, envelope] as const)),
)('the sample %s', (_, event, envelope) => {
  it('is an envelope of its event, from an app of ours', () => {
    expect(Envelope.parse(envelope)).toEqual(envelope);
    expect({ type: envelope.type, dataschema: envelope.dataschema }).toEqual({
      type: event.type,
      dataschema: dataschemaOf(event),
    });
    expect(appNames).toContain(envelope.source);
  });

  it('reads with today’s schema, and nothing of it is lost', () => {
    expect(event.payload.parse(envelope.data)).toMatchObject(envelope.data as object);
  });

  it('is about its subject and travels under its key', () => {
    const payload = event.payload.parse(envelope.data);
    expect({ subject: event.subject(payload), key: event.partitionKey(payload) }).toEqual({
      subject: envelope.subject,
      key: envelope.partitionkey,
    });
  });

  it('reads the same when a newer publisher adds fields', () => {
    expect(event.payload.parse(addUnknownFields(envelope.data))).toEqual(event.payload.parse(envelope.data));
    expect(Envelope.parse({ ...envelope, addedlater: 'x' })).toEqual(envelope);
  });
});

describe('what consumers read of a sample', () => {
  it('says that the draft of a program and of an episode exist', () => {
    expect(readSample(contracts.contentCreated, 'content.created.v1.program')).toEqual({
      id: program,
      kind: 'program',
      programId: program,
    });
    expect(readSample(contracts.contentCreated, 'content.created.v1.episode')).toEqual({
      id: episode,
      kind: 'episode',
      programId: program,
    });
  });

  it('shows a published program in both languages, with what the catalogue sorts and filters by', () => {
    const { document } = readSample(contracts.contentPublished, 'content.published.v1.program');
    expect(document).toMatchObject({
      kind: 'program',
      id: program,
      revision: 1_760_191_200_000,
      type: 'podcast',
      category: 'society.places',
      defaultLanguage: 'ar',
      order: 'serial',
    });
    expect(document.localizations['ar']).toMatchObject({
      title: 'فنجان القهوة',
      slug: 'فنجان-القهوة',
      summary: 'حكايات عن القهوة العربية، من المزرعة إلى المجلس.',
    });
    expect(document.localizations['en']).toMatchObject({ title: 'The Coffee Cup', slug: 'the-coffee-cup' });
    expect(document.formerSlugs).toEqual([{ slug: 'فنجان', language: 'ar' }]);
    expect(document.releasedAt).toBe('2025-10-01T06:00:00.000Z');
  });

  it('shows the words a published program is found by', () => {
    const { document } = readSample(contracts.contentPublished, 'content.published.v1.program');
    expect(document.people.map(({ name, role }) => `${role} ${name}`)).toEqual([
      'host ليلى الحداد',
      'producer Omar Saleh',
    ]);
    expect(document.tags).toEqual(['قهوة', 'coffee']);
    expect(document.cover).toMatchObject({
      assetId: cover,
      path: `${cover}/cover.jpg`,
      width: 1400,
      alt: { ar: 'فنجان قهوة على طاولة خشبية' },
    });
  });

  it('shows a published episode with its place in the program and the file that plays', () => {
    const { document } = readSample(contracts.contentPublished, 'content.published.v1.episode');
    expect(document).toMatchObject({
      kind: 'episode',
      programId: program,
      season: 1,
      number: '1.5',
      durationSeconds: 2948,
      episodeKind: 'full',
      cover: null,
    });
    expect(document).toMatchObject({
      media: { assetId: audio, type: 'audio/mpeg', length: 28_311_552, durationSeconds: 2948 },
      enclosure: null,
    });
  });

  it('shows what changed with a higher revision, and an episode that plays at its source', () => {
    const before = readSample(contracts.contentPublished, 'content.published.v1.program').document;
    const { document } = readSample(contracts.contentUpdated, 'content.updated.v1.program');
    expect(document.revision).toBeGreaterThan(before.revision);
    expect(document.localizations['en']).toMatchObject({
      title: 'Coffee Stories',
      subtitle: 'From the farm to the majlis',
      slug: 'coffee-stories',
    });
    expect(document.formerSlugs).toContainEqual({ slug: 'the-coffee-cup', language: 'en' });
    expect(readSample(contracts.contentUpdated, 'content.updated.v1.episode').document).toMatchObject({
      media: null,
      enclosure: { url: 'https://cdn.example.org/coffee/1.mp3' },
    });
  });

  it('shows every field of a program, of an episode and of their texts in some sample', () => {
    const documents = samples.flatMap(({ envelope }) => {
      const { document } = envelope.data as { document?: contracts.PublicDocument };
      return document ? [document] : [];
    });
    const texts = documents.flatMap(({ localizations }) => Object.values(localizations));
    const unseen = (shape: object, values: readonly object[]): string[] =>
      Object.keys(shape).filter((field) => !values.some((value) => field in value));
    const { PublicProgram, PublicEpisode, PublicText } = contracts;
    expect(unseen({ ...PublicProgram.shape, ...PublicEpisode.shape }, documents)).toEqual([]);
    expect(unseen(PublicText.shape, texts)).toEqual([]);
  });

  it('leaves a tombstone that outranks what was public, and only ids of what was purged', () => {
    const tombstone = readSample(contracts.contentUnpublished);
    expect(tombstone).toEqual({ id: episode, kind: 'episode', programId: program, revision: 1_760_256_000_000 });
    expect(tombstone.revision).toBeGreaterThan(
      readSample(contracts.contentUpdated, 'content.updated.v1.episode').document.revision,
    );
    expect(readSample(contracts.contentDeleted)).toEqual({ id: episode, kind: 'episode', programId: program });
  });

  it('names the categories in both languages, below their parents', () => {
    const { vocabulary, version, items } = readSample(contracts.vocabularyChanged);
    expect([vocabulary, version]).toEqual(['categories', 1]);
    expect(items).toContainEqual({
      key: 'society.places',
      parent: 'society',
      names: { ar: 'السفر والأماكن', en: 'Places & Travel' },
    });
  });

  it('names the owners of a file that is ready, and why one was rejected', () => {
    expect(readSample(contracts.assetReady)).toMatchObject({
      assetId: cover,
      owners: [program, episode],
      file: { type: 'image/jpeg' },
    });
    const { assetId, reason } = readSample(contracts.assetRejected);
    expect([assetId, isErrorCode(reason)]).toEqual([audio, true]);
  });

  it('counts what a run did, or says why it failed', () => {
    expect(readSample(contracts.ingestCompleted)).toEqual({
      runId: run,
      sourceId: source,
      counts: { new: 12, changed: 2, unchanged: 85, duplicate: 1, failed: 0 },
      programId: program,
      published: 14,
    });
    const { error } = readSample(contracts.ingestFailed);
    expect(error).toEqual({ code: 'feed.unreachable', detail: messages['feed.unreachable'].en });
  });

  it('names a new account without its address or name', () => {
    expect(readSample(contracts.userRegistered)).toEqual({
      userId: '0199d2c0-1111-7222-8333-444455556609',
      role: 'EDITOR',
    });
    expect(Object.keys(contracts.userRegistered.payload.shape).sort()).toEqual(['role', 'userId']);
  });

  it('names the tags by which caches drop what a program is in', () => {
    expect(readSample(contracts.catalogueChanged)).toEqual({
      id: program,
      kind: 'program',
      tags: [`program:${program}`, 'list:all', 'list:society', 'list:society.places'],
    });
  });

  it('names who wants the index built anew', () => {
    expect(readSample(contracts.searchIndexRequested)).toEqual({
      id: '0199d2e0-0020-7abc-8def-0123456789ab',
      requestedBy: 'service:mesh',
    });
  });
});
