import { describe, expect, it } from '@jest/globals';
import { normaliseEmail } from './email.js';

describe('the one spelling of an e-mail address', () => {
  it.each([
    ['Editor@Example.ORG', 'editor@example.org'],
    ['  editor@example.org \n', 'editor@example.org'],
    ['editor＠example.org', 'editor@example.org'],
    ['ｅｄｉｔｏｒ@example.org', 'editor@example.org'],
    ['editor@exam\u00adple.org', 'editor@example.org'],
    ['editor@مثال.إختبار', 'editor@xn--mgbh0fb.xn--kgbechtv'],
    ['Editor@XN--MGBH0FB.xn--kgbechtv', 'editor@xn--mgbh0fb.xn--kgbechtv'],
    ['editor+news@example.org', 'editor+news@example.org'],
    ['محرر@example.org', 'محرر@example.org'],
    ['jose\u0301@example.org', 'jos\u00e9@example.org'],
    ['"a b"@example.org', '"a b"@example.org'],
    ["o'hara@example.org", "o'hara@example.org"],
    ['root@localhost', 'root@localhost'],
  ])('of %j is %j', (written, known) => {
    expect(normaliseEmail(written)).toBe(known);
  });

  it.each([
    'a@b@c',
    'plain',
    '',
    '@',
    '@example.org',
    'editor@',
    '.editor@example.org',
    'editor.@example.org',
    'ed..itor@example.org',
    'editor@example..org',
    'editor@-example.org',
    'editor@example-.org',
    'editor@example.org.',
    'editor@111.222.333.44444',
    'editor@[127.0.0.1]',
    'Editor <editor@example.org>',
    'a@example.org;b@example.org',
    'a@example.org,b@example.org',
    'ed itor@example.org',
    'ed\u200bitor@example.org',
    'ed\u0000itor@example.org',
    'ed\r\nBcc: x@example.org',
    '“editor”@example.org',
    `${'a'.repeat(65)}@example.org`,
    `a@${'b'.repeat(64)}.org`,
    `a@${'b.'.repeat(130)}org`,
    `${'é'.repeat(33)}@example.org`,
    'a"b"c@example.org',
  ])('does not exist for %j', (text) => {
    expect(normaliseEmail(text)).toBeUndefined();
  });
});
