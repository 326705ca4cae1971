import { describe, expect, it } from '@jest/globals';
import { EpisodeContent } from '@mediamesh/contracts';
import { cutHtml, type Draft, fitContent, leaveOut } from './fit-content.js';

const draft = (fields: object = {}): Draft => ({
  defaultLanguage: 'ar',
  localizations: { ar: { title: 'حلقة', description: '<p>نص & نص</p>' } },
  ...fields,
});

describe('what a source says', () => {
  it('stays as it is where the contract allows it', () => {
    const said = draft({ link: 'https://a.example/', number: '100.5' });
    expect(fitContent(EpisodeContent, said)).toEqual({ content: said, notes: [] });
  });

  it.each([
    [{ link: 'javascript:alert(1)' }, 'link_ignored'],
    [{ number: '1.123456' }, 'number_ignored'],
    [{ season: 900_000 }, 'season_ignored'],
    [{ durationSeconds: 1e9 }, 'duration_ignored'],
    [{ releasedAt: '1601-01-01T00:00:00.000Z' }, 'date_ignored'],
    [{ enclosure: { url: `https://a.example/${'x'.repeat(3_000)}` } }, 'enclosure_ignored'],
  ])('loses %j alone', (field, note) => {
    const { content, notes } = fitContent(EpisodeContent, draft(field));
    expect(notes).toEqual([note]);
    expect(content).toEqual(draft());
  });

  it('loses single entries of lists', () => {
    const people = [
      { name: 'ليلى', role: 'host' },
      { name: 'ن'.repeat(300), role: 'host' },
      { name: 'نور', role: 'guest' },
    ];
    const { content, notes } = fitContent(EpisodeContent, draft({ people }));
    expect(content['people']).toEqual([people[0], people[2]]);
    expect(notes).toEqual(['people_ignored']);
  });

  it('is shortened to plain text where its description is refused', () => {
    const { content, notes } = leaveOut(draft(), ['/localizations/ar/description']);
    expect(content.localizations['ar']).toEqual({ title: 'حلقة', description: '<p>نص &amp; نص</p>' });
    expect(notes).toEqual(['description_cut']);
  });

  it('keeps what cannot be left out', () => {
    expect(leaveOut(draft(), ['/defaultLanguage', '', '/localizations/ar/title', '/unknown'])).toEqual({
      content: draft(),
      notes: [],
    });
  });
});

describe('HTML that is too long', () => {
  it.each([
    ['<p>abc</p>', 20, '<p>abc</p>'],
    ['<p>abcdef</p>', 6, '<p>abc'],
    ['<p>abc</p><a href="x">y</a>', 15, '<p>abc</p>'],
    ['abc &amp; def', 7, 'abc '],
    ['abc &amp; def', 9, 'abc &amp;'],
    ['ab👩‍👩‍👧 c', 6, 'ab'],
  ])('%s is cut at %i to %s', (html, maximum, cut) => expect(cutHtml(html, maximum)).toBe(cut));
});
