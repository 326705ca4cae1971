import { describe, expect, it } from '@jest/globals';
import { refusalKinds } from '../kernel/refusal.js';
import { authMessages } from './auth.messages.js';
import { contentMessages } from './content.messages.js';
import { discoveryMessages } from './discovery.messages.js';
import { ingestMessages } from './ingest.messages.js';
import { mediaMessages } from './media.messages.js';
import { isErrorCode, type Message, messageOf, messages } from './messages.js';
import { metadataMessages } from './metadata.messages.js';
import { operationsMessages } from './operations.messages.js';
import { requestMessages } from './request.messages.js';
import { searchMessages } from './search.messages.js';
import { problemTitles } from '../kernel/problem-titles.js';

const sentences: [code: string, message: Message][] = [
  ...Object.entries<Message>(messages),
  ...Object.entries(problemTitles),
];
const wrong = (isWrong: (message: Message, code: string) => boolean): string[] =>
  sentences.filter(([code, message]) => isWrong(message, code)).map(([code]) => code);
const placeholdersOf = (text: string): string =>
  [...text.matchAll(/\{(\w+)\}/g)]
    .map(([, name]) => name)
    .sort()
    .join(' ');
const arabic = /\p{Script=Arabic}/u;
/** Names that are the same in every language. */
const foreignNames = /If-Match|ETag|UTC|BCP 47|ISO 8601/g;

const readinessCodes = [
  'title_missing',
  'description_missing',
  'category_missing',
  'cover_missing',
  'cover_not_ready',
  'cover_alt_missing',
  'media_missing',
  'media_not_ready',
  'duration_missing',
  'program_not_public',
];
const fetchCodes = [
  'url_invalid',
  'credentials_in_url',
  'private_address',
  'unreachable',
  'timeout',
  'aborted',
  'too_many_redirects',
  'http_status',
  'gone',
  'too_large',
  'cut_short',
  'undecodable',
  'not_a_feed',
  'unsupported_format',
  'too_complex',
];
/** What reading a feed or an item notes; without a sentence of its own a note would be told as `mended`. */
const feedNotes = [
  'moved',
  'blocked',
  'mended',
  'xml_cut',
  'items_capped',
  'charset_ignored',
  'title_cut',
  'description_cut',
  'link_ignored',
  'tags_ignored',
  'people_ignored',
];
const itemNotes = [
  'mended',
  'duplicate',
  'empty',
  'not_stored',
  'blocked',
  'in_trash',
  'shared_guid',
  'guid_ignored',
  'title_cut',
  'description_cut',
  'date_ignored',
  'date_zone_assumed',
  'season_ignored',
  'number_ignored',
  'duration_ignored',
  'link_ignored',
  'enclosure_ignored',
  'enclosure_not_playable',
  'several_enclosures',
  'tags_ignored',
  'people_ignored',
  'too_large_to_publish',
];
const runCodes = ['not_found', 'already_running', 'interrupted', 'neighbour_away', 'program_refused', 'internal'];

describe('the sentences of refusals', () => {
  it('are there in both languages', () => {
    expect(wrong(({ en, ar }) => en.trim() !== en || ar.trim() !== ar || en === '' || ar === '')).toEqual([]);
  });

  it('have the same placeholders in both languages', () => {
    expect(wrong(({ en, ar }) => placeholdersOf(en) !== placeholdersOf(ar))).toEqual([]);
  });

  it('are Arabic in Arabic and English in English', () => {
    expect(wrong(({ ar }) => !arabic.test(ar))).toEqual([]);
    expect(wrong(({ ar }) => /[a-z]{2}/i.test(ar.replace(foreignNames, '').replace(/\{\w+\}/g, '')))).toEqual([]);
    expect(wrong(({ en }) => arabic.test(en) || !/^[A-Z]/.test(en))).toEqual([]);
  });

  it('end without a full stop', () => {
    expect(wrong(({ en, ar }) => /[.。]$/.test(en) || ar.endsWith('.'))).toEqual([]);
  });

  it('belong to codes called noun.what_is_wrong, in one area each', () => {
    expect(Object.keys(messages).filter((code) => !/^[a-z]+(?:_[a-z]+)*\.[a-z]+(?:_[a-z]+)*$/.test(code))).toEqual([]);
    const areas: object[] = [
      requestMessages,
      authMessages,
      contentMessages,
      metadataMessages,
      mediaMessages,
      ingestMessages,
      discoveryMessages,
      searchMessages,
      operationsMessages,
    ];
    const codes = areas.flatMap((area) => Object.keys(area));
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
    expect(Object.keys(messages).sort()).toEqual(codes.sort());
  });

  it('fill their placeholders', () => {
    expect(messageOf('request.limited', 'en', { retryAfter: 7 })).toBe('Too many requests; try again in 7 s');
    expect(messageOf('request.limited', 'ar', { retryAfter: 7 })).toContain('بعد 7 ث');
    const filled = Object.keys(messages)
      .filter(isErrorCode)
      .flatMap((code) => (['en', 'ar'] as const).map((language) => messageOf(code, language)));
    expect(filled.filter((text) => /[{}]/.test(text))).toEqual([]);
  });

  it('have a title for every kind of refusal', () => {
    expect(Object.keys(problemTitles).sort()).toEqual(Object.keys(refusalKinds).sort());
  });
});

describe('the codes that apps make up at run time', () => {
  it.each([
    ['readiness', readinessCodes],
    ['feed', fetchCodes],
    ['feed', feedNotes],
    ['item', itemNotes],
    ['run', runCodes],
  ])('exist for %s', (noun, names) => {
    expect(names.map((name) => `${noun}.${name}`).filter((code) => !isErrorCode(code))).toEqual([]);
  });

  it('know no code by the name of what every object has', () => {
    expect([isErrorCode('toString'), isErrorCode('__proto__'), isErrorCode(undefined)]).toEqual([false, false, false]);
  });
});
