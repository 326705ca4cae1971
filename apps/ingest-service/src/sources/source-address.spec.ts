import { describe, expect, it } from '@jest/globals';
import { addressKey, requireAllowedAddress } from './source-address.js';

describe('the one spelling of an address', () => {
  it.each([
    'HTTPS://Feeds.Example/show',
    'https://feeds.example:443/show',
    'https://feeds.example/show/',
    'https://feeds.example/show#latest',
    'https://feeds.example/show?utm_source=x&UTM_Medium=y',
    'https://feeds.example/show?fbclid=1',
  ])('is the same for %s', (address) => expect(addressKey(address)).toBe('https://feeds.example/show'));

  it.each([
    ['https://feeds.example/Show', 'https://feeds.example/Show'],
    ['https://feeds.example/show?id=2&utm_source=x', 'https://feeds.example/show?id=2'],
    ['http://feeds.example', 'http://feeds.example/'],
  ])('keeps what tells %s apart', (address, key) => expect(addressKey(address)).toBe(key));
});

describe('an address for a source', () => {
  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://0/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://017700000001/',
    'http://127.0.0.1./',
    'http://①②⑦.⓪.⓪.①/',
    'http://127。0。0。1/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[fc00::1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://10.1.2.3/',
    'http://169.254.169.254/',
    'http://localhost/',
    'http://feed.localhost:80/',
  ])('is not %s', (address) =>
    expect(() => requireAllowedAddress(address, new Set())).toThrow(
      expect.objectContaining({ code: 'feed.private_address' }),
    ),
  );

  it('may be a private one that the operator has named, at its port only', () => {
    const allowed = new Set(['127.0.0.1:8097']);
    expect(() => requireAllowedAddress('http://127.0.0.1:8097/feed', allowed)).not.toThrow();
    expect(() => requireAllowedAddress('http://127.0.0.1:8098/feed', allowed)).toThrow();
  });

  it('may be any public one', () =>
    expect(() => requireAllowedAddress('https://feeds.example/show', new Set())).not.toThrow());
});
