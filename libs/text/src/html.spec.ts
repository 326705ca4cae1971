import { describe, expect, it } from '@jest/globals';
import { escapeHtml, stripHtml } from './html.js';

describe('stripHtml', () => {
  it.each([
    ['<p>One</p><p>two</p>', 'One two'],
    ['<b>bo</b>ld<br>next', 'bold next'],
    ['a &amp; b &lt;i&gt; &#1575;&#x627; &nbsp;&hellip;', 'a & b <i> اا …'],
    ['&amp;lt;', '&lt;'],
    ['&unknown; &#0; &#xD800; &constructor;', '&unknown; \ufffd \ufffd &constructor;'],
    ['5 < 6 > 4', '5 < 6 > 4'],
    ['a<!-- <b>hidden</b> -->b', 'ab'],
    ['a<script>alert("<p>")</script>b<STYLE>x{}</Style >c', 'a b c'],
    ['<a title="x > y" href=\'>\'>link</a>', 'link'],
    ['<img alt="never closed>text', 'text'],
    ['text <unfinished', 'text <unfinished'],
    ['x<script>never ends', 'x'],
    ['İ<script>x</script>y', 'İ y'],
    ['', ''],
  ])('makes of %j %j', (html, text) => expect(stripHtml(html)).toBe(text));

  it.each(['<', '<!--', '<a "', '<a href="', '<script>', '<script', '</', '&', '&#', '<p'])(
    'reads a hundred thousand of %j in one pass',
    (piece) => {
      expect(typeof stripHtml(piece.repeat(100_000))).toBe('string');
    },
  );
});

describe('escapeHtml', () => {
  it('escapes the five', () =>
    expect(escapeHtml(`<a href="x" b='y'>&`)).toBe('&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;'));
});
