import { describe, expect, it } from '@jest/globals';
import { createProgram, localize } from './catalog.builder.js';
import { facetsNeeded, facetsOf, slugKeys, titleBeginning, titleKey } from './catalog-keys.js';
import { tagsOf } from './catalog-tags.js';

describe('the keys of a document', () => {
  it('hold every category above its own and every language its languages vary', () => {
    const program = createProgram({ category: 'society.history.modern', localizations: { 'ar-EG': localize('باب') } });
    expect(facetsOf(program)).toEqual(
      expect.arrayContaining(
        facetsNeeded({ kind: 'program', type: 'podcast', category: 'society.history', language: 'ar' }),
      ),
    );
    expect(facetsOf(program)).not.toContain('text:ar');
  });

  it('hold current and former slugs once, folded', () => {
    const program = createProgram({
      localizations: { ar: localize('القهوة', 'القهوة') },
      formerSlugs: [
        { slug: 'القهوه', language: 'ar' },
        { slug: 'بن', language: 'ar' },
      ],
    });
    expect(slugKeys(program)).toEqual(['القهوه', 'بن']);
  });

  it('take the title of a language, else the program’s own', () => {
    const program = createProgram({
      defaultLanguage: 'fr',
      localizations: { ar: localize('باب'), fr: localize('Porte') },
    });
    expect([titleKey(program, 'ar'), titleKey(program, 'en')]).toEqual(['باب', 'Porte']);
  });

  it('keep the beginning of a title short, without ال and without what cannot be stored', () => {
    expect(titleBeginning('  القَهْوَة\u0000 العربية ')).toBe('قهوه العربيه');
    expect(titleBeginning('ال')).toBe('ال');
    expect(titleBeginning('م'.repeat(500))).toHaveLength(100);
  });
});

describe('the tags of a change', () => {
  it('name the program and the lists it may belong to', () => {
    const program = createProgram({ category: 'society.history' });
    expect(tagsOf(program)).toEqual([`program:${program.id}`, 'list:all', 'list:society', 'list:society.history']);
  });
});
