import { describe, expect, it } from '@jest/globals';
import { decodeSlug } from '@mediamesh/text';
import { addressesOf, programAddress } from './addresses.js';

describe('the address of an app', () => {
  it('is at its usual port on this machine, at the port it was given, or wherever it is said to be', () => {
    expect(addressesOf('auth-service', {})).toEqual(['http://127.0.0.1:8086']);
    expect(addressesOf('auth-service', { AUTH_SERVICE_PORT: '9086' })).toEqual(['http://127.0.0.1:9086']);
    expect(addressesOf('auth-service', { AUTH_SERVICE_PORT: '' })).toEqual(['http://127.0.0.1:8086']);
    expect(
      addressesOf('auth-service', { AUTH_SERVICE_URL: 'https://auth.internal/', AUTH_SERVICE_PORT: '9086' }),
    ).toEqual(['https://auth.internal']);
  });

  it('may be several, of which one is as good as another', () => {
    const environment = { CMS_SERVICE_URL: 'http://one:8082, http://two:8082/' };
    expect(addressesOf('cms-service', environment)).toEqual(['http://one:8082', 'http://two:8082']);
    expect(addressesOf('search-service', {})).toEqual(['http://127.0.0.1:8091']);
  });

  it('is refused where the environment names none', () => {
    expect(() => addressesOf('cms-service', { CMS_SERVICE_PORT: '80 80' })).toThrow('CMS_SERVICE_PORT must be a port');
    expect(() => addressesOf('cms-service', { CMS_SERVICE_PORT: '70000' })).toThrow('CMS_SERVICE_PORT must be a port');
    expect(() => addressesOf('cms-service', { CMS_SERVICE_URL: 'cms:8082' })).toThrow('CMS_SERVICE_URL must look like');
  });
});

describe('the public address of a program', () => {
  it('comes readable and in a form that works anywhere', () => {
    const { readable, usable } = programAddress('http://localhost:8080', 'بودكاست-القهوة');
    expect(readable).toBe('http://localhost:8080/api/v1/discovery/programs/بودكاست-القهوة');
    expect(usable).toMatch(/^[\x21-\x7e]+$/);
    expect(decodeSlug(usable.slice(usable.lastIndexOf('/') + 1))).toBe('بودكاست-القهوة');
  });
});
