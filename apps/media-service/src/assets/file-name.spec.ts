import { describe, expect, it } from '@jest/globals';
import { addressName, cleanFileName, contentDisposition, downloadName } from './file-name.js';

describe('cleanFileName', () => {
  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\Windows\\cover.png', 'cover.png'],
    ['/absolute/صورة الغلاف.png', 'صورة الغلاف.png'],
    ['a\0b.png', 'ab.png'],
    ['gpj.\u202eexe', 'gpj.exe'],
    ['line\r\nbreak.png', 'linebreak.png'],
    ['.htaccess', 'htaccess'],
    ['...', 'file'],
    ['cover.png. ', 'cover.png'],
    ['   ', 'file'],
    ['\u200f', 'file'],
    ['🎙️.mp3', '🎙️.mp3'],
  ])('makes of %j the name %j', (name, clean) => {
    expect(cleanFileName(name)).toBe(clean);
  });

  it('keeps at most 255 characters and changes nothing the second time', () => {
    const once = cleanFileName(`${'ش'.repeat(300)}.png`);
    expect(once).toHaveLength(255);
    expect(cleanFileName(once)).toBe(once);
  });
});

describe('addressName', () => {
  it.each([
    ['Cover Art (final).PNG', 'image/png', 'cover-art-final.png'],
    ['صورة.png', 'image/png', 'image.png'],
    ['évènement.jpeg', 'image/jpeg', 'evenement.jpg'],
    ['shell.php', 'image/jpeg', 'shell.jpg'],
    ['shell.php.jpg', 'image/jpeg', 'shell-php.jpg'],
    ['CON', 'video/mp4', 'video.mp4'],
    ['حلقة ١٢.mp3', 'audio/mpeg', 'audio.mp3'],
    ['episode-12.m4a', 'audio/mp4', 'episode-12.m4a'],
    ['%2e%2e%2fx.webp', 'image/webp', '2e-2e-2fx.webp'],
    ["a'; drop table assets;--", 'image/png', 'a-drop-table-assets.png'],
  ] as const)('makes of %j (%s) the address %j', (name, type, address) => {
    expect(addressName(name, type)).toBe(address);
  });

  it('is short, plain, and ends in the extension of the type', () => {
    for (const name of ['x'.repeat(300), '..', '<svg onload=alert(1)>', 'a/b\\c', '\u202egpj.exe', '"', ';']) {
      expect(addressName(name, 'image/png')).toMatch(/^[a-z0-9][a-z0-9-]{0,79}\.png$/);
    }
  });
});

describe('contentDisposition', () => {
  it('gives the whole name encoded and a plain one beside it', () => {
    expect(contentDisposition('غلاف.png', 'image/png')).toBe(
      `inline; filename="____.png"; filename*=UTF-8''%D8%BA%D9%84%D8%A7%D9%81.png`,
    );
    expect(contentDisposition('it\'s "50%" (a*b).png', 'image/png')).toBe(
      `inline; filename="it's _50__ (a*b).png"; filename*=UTF-8''it%27s%20%2250%25%22%20%28a%2Ab%29.png`,
    );
  });

  it('cannot be broken out of', () => {
    for (const name of ['a\r\nset-cookie: x=1.png', 'a"; filename=evil.exe', '\\".png', 'a;b.png', '\ud800.png']) {
      expect(contentDisposition(name, 'image/png')).toMatch(
        /^inline; filename="[^"\\\r\n]*"; filename\*=UTF-8''[A-Za-z0-9%._~!-]*$/,
      );
    }
  });

  it('gives the extension of what the file is, whatever it was called', () => {
    expect(downloadName('invoice.exe', 'image/png')).toBe('invoice.png');
    expect(downloadName('aux.png', 'image/png')).toBe('aux_.png');
  });
});
