import { describe, expect, it } from '@jest/globals';
import { findTellingLine } from './programs.js';
import { needJava } from './java.js';

describe('choosing a Java', () => {
  const old = { home: '/jvm/17', version: '17.0.15', major: 17 };

  it('takes the newest, which must be new enough', () => {
    const newer = { home: '/jvm/25', version: '25.0.3', major: 25 };
    expect(needJava(21, [newer, old])).toBe(newer);
  });

  it('says which it found and what to install when none is', () => {
    expect(() => needJava(21, [old])).toThrow(
      'needs a Java development kit, version 21 or newer; the newest found is 17.0.15 (/jvm/17): install one and ' +
        'set JAVA_HOME',
    );
    expect(() => needJava(21, [])).toThrow('none was found');
  });
});

describe('the line that tells why a download failed', () => {
  it('is the first that names an error', () => {
    expect(findTellingLine('Downloading\n[ERROR] Could not resolve x:y:1\n[ERROR] To see the full trace\n')).toBe(
      '[ERROR] Could not resolve x:y:1',
    );
    expect(findTellingLine('Reading lists\nE: Unable to locate package redis-server\n')).toBe(
      'E: Unable to locate package redis-server',
    );
  });

  it('is a full disk before all else', () => {
    expect(findTellingLine('ERROR: Could not install packages: [Errno 28] No space left on device')).toBe(
      'the disk is full',
    );
  });

  it('is the last one when none names an error', () => {
    expect(findTellingLine('one\ntwo\n\n')).toBe('two');
    expect(findTellingLine('')).toBeUndefined();
  });
});
