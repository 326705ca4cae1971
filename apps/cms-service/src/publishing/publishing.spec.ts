import { describe, expect, it } from '@jest/globals';
import { ProgramContent, Refusal } from '@mediamesh/contracts';
import { type Item, newItem } from '../items/item.js';
import { publish, unpublish } from './publishing.js';

const made = new Date('2026-11-22T10:00:00Z');
const later = new Date('2026-11-22T11:00:00Z');
const content = ProgramContent.parse({
  type: 'podcast',
  defaultLanguage: 'ar',
  localizations: { ar: { title: 'قهوة' }, en: { title: 'Coffee' }, fr: {} },
});
const fresh = newItem({
  id: 'p1',
  programId: 'p1',
  versionId: 'v1',
  version: { kind: 'program', content },
  slugs: { ar: { slug: 'قهوة', chosen: false }, en: { slug: 'coffee', chosen: false } },
  origin: {},
  createdBy: null,
  now: made,
});
/** Another version of it is being worked on, under other slugs. */
const edited = (item: Item, slugs: Item['slugs'] = item.slugs): Item => ({ ...item, workingVersionId: 'v2', slugs });

/** The code of the refusal, and what it points at. */
function refusalOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) return error.options.errors ?? error.code;
    throw error;
  }
  return undefined;
}

describe('publishing, as a rule', () => {
  it('copies the working version to every language that has a title', () => {
    const published = publish(fresh, content, undefined, later);
    expect(published.live).toEqual({ ar: { versionId: 'v1', slug: 'قهوة' }, en: { versionId: 'v1', slug: 'coffee' } });
    expect(published).toMatchObject({
      status: 'published',
      publishedVersionId: 'v1',
      publishedAt: later,
      version: fresh.version + 1,
    });
    expect(fresh.live).toEqual({});
  });

  it('leaves the languages alone that were not asked for', () => {
    const published = publish(fresh, content, undefined, made);
    const again = publish(edited(published), content, ['en'], later);
    expect(again.live).toMatchObject({ ar: { versionId: 'v1' }, en: { versionId: 'v2' } });
    expect(again.publishedAt).toEqual(made);
  });

  it('withdraws a language that the content has no more', () => {
    const { en: _, ...localizations } = content.localizations;
    expect(
      Object.keys(
        publish(publish(fresh, content, undefined, made), { ...content, localizations }, undefined, later).live,
      ),
    ).toEqual(['ar']);
  });

  it('keeps a slug that was public as a former one, until it is public again', () => {
    const published = publish(fresh, content, undefined, made);
    const renamed = publish(
      edited(published, { ...fresh.slugs, en: { slug: 'beans', chosen: true } }),
      content,
      undefined,
      later,
    );
    expect(renamed.formerSlugs).toEqual([{ slug: 'coffee', language: 'en' }]);
    expect(
      publish({ ...edited(renamed, fresh.slugs), workingVersionId: 'v3' }, content, undefined, later).formerSlugs,
    ).toEqual([{ slug: 'beans', language: 'en' }]);
  });

  it('refuses what would change nothing, and a language without a title', () => {
    const published = publish(fresh, content, undefined, made);
    expect(refusalOf(() => publish(published, content, undefined, later))).toBe('program.nothing_to_publish');
    expect(refusalOf(() => publish(fresh, content, ['ar', 'fr'], later))).toEqual([
      { pointer: '/languages/1', code: 'program.language_missing' },
    ]);
  });

  it('withdraws the languages asked, is unpublished with the last, and refuses to withdraw nothing', () => {
    const published = publish(fresh, content, undefined, made);
    const half = unpublish(published, ['en'], later);
    expect([half.status, Object.keys(half.live)]).toEqual(['published', ['ar']]);
    const gone = unpublish(half, undefined, later);
    expect([gone.status, gone.live, gone.formerSlugs.map(({ slug }) => slug)]).toEqual([
      'unpublished',
      {},
      ['coffee', 'قهوة'],
    ]);
    expect(refusalOf(() => unpublish(gone, undefined, later))).toBe('program.not_published');
    expect(refusalOf(() => unpublish(half, ['en'], later))).toBe('program.not_published');
  });
});
