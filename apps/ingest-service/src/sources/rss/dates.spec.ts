import { describe, expect, it } from '@jest/globals';
import { parseFeedDate } from './dates.js';
import { parseDuration } from './durations.js';

describe('dates of feeds', () => {
  it.each([
    ['Tue, 01 Jan 2019 10:00:00 +0300', '2019-01-01T07:00:00.000Z'],
    ['1 Jan 2019 10:00 GMT', '2019-01-01T10:00:00.000Z'],
    ['Tue, 1 Jan 19 10:00:00 EST', '2019-01-01T15:00:00.000Z'],
    ['01 Jan 70 00:00:00 UT', '1970-01-01T00:00:00.000Z'],
    ['Thu,01 Jan 2004 19:48:21 CEST', '2004-01-01T17:48:21.000Z'],
    ['Thu, 01 Jan 2004 19:48:21 AST', '2004-01-01T23:48:21.000Z'],
    ['Thu, 01 Jan 2004 19:48:21 NST', '2004-01-01T23:18:21.000Z'],
    ['Thu, 01 Jan 2004 19:48:21 GMT+3', '2004-01-01T16:48:21.000Z'],
    ['Thu, 01 Jan 2004 19:48:21 -05:30', '2004-01-02T01:18:21.000Z'],
    ['Thursday, 1 January 2004 19:48:21 GMT', '2004-01-01T19:48:21.000Z'],
    ['Thu, 01-Jan-2004 19:48:21 GMT', '2004-01-01T19:48:21.000Z'],
    ['Jan 1, 2004 19:48:21 GMT', '2004-01-01T19:48:21.000Z'],
    ['Sun Jan  4 16:29:06 PST 2004', '2004-01-05T00:29:06.000Z'],
    ['Thu, 01 Jan 2004 19:48:21 GMT (comment)', '2004-01-01T19:48:21.000Z'],
    ['Wed, 31 Dec 2003 24:00:00 GMT', '2004-01-01T00:00:00.000Z'],
    ['٠١ Jan ٢٠١٩ ١٠:٠٠:٠٠ GMT', '2019-01-01T10:00:00.000Z'],
    ['2003-12-31T10:14:55Z', '2003-12-31T10:14:55.000Z'],
    ['2003-12-31T10:14:55.123+02:00', '2003-12-31T08:14:55.000Z'],
    ['2003-12-31 10:14:55 +0200', '2003-12-31T08:14:55.000Z'],
    ['20031231T101455Z', '2003-12-31T10:14:55.000Z'],
    ['2003-12-31T10:14Z', '2003-12-31T10:14:00.000Z'],
  ])('reads %s', (text, iso) => expect(parseFeedDate(text)).toEqual({ iso, isZoneAssumed: false }));

  it.each([
    ['Tue, 01 Jan 2019 10:00:00', '2019-01-01T10:00:00.000Z'],
    ['Tue, 01 Jan 2019 10:00:00 XYZ', '2019-01-01T10:00:00.000Z'],
    ['2003-12-31', '2003-12-31T00:00:00.000Z'],
    ['2003-12', '2003-12-01T00:00:00.000Z'],
    ['2003', '2003-01-01T00:00:00.000Z'],
  ])('assumes UTC for %s and says so', (text, iso) =>
    expect(parseFeedDate(text)).toEqual({ iso, isZoneAssumed: true }),
  );

  it.each([
    '',
    'yesterday',
    '31 Feb 2019 10:00 GMT',
    '2019-13-01',
    '1 Jan 2019 25:00 GMT',
    '1 Jan 2019 10:60 GMT',
    'Seg, 24 Set 2018 19:42:40 -0300',
    '10:00',
    '1 Jan',
    '99999999999',
    '1 Jan 0001 10:00 GMT',
  ])('does not guess what %j means', (text) => expect(parseFeedDate(text)).toBeUndefined());

  it.each(['1'.repeat(50_000), ' '.repeat(50_000), `${'a'.repeat(50_000)}!`, '('.repeat(50_000), '1:'.repeat(25_000)])(
    'answers at once for a hostile text (%#)',
    (text) => {
      const before = process.cpuUsage();
      expect(parseFeedDate(text)).toBeUndefined();
      expect(parseDuration(text)).toBeUndefined();
      expect(process.cpuUsage(before).user / 1_000).toBeLessThan(100);
    },
  );
});

describe('durations of feeds', () => {
  it.each([
    ['3723', 3723],
    ['1:02:03', 3723],
    ['62:03', 3723],
    ['01:02:03', 3723],
    [' 14:57 ', 897],
    ['00:50:95', 3095],
    ['1:02:03:04', 3723],
    ['٤٥:٠٠', 2700],
    ['۴۵:۰۰', 2700],
    ['12.7', 12],
    ['604800', 604_800],
  ])('reads %j as %d seconds', (text, seconds) => expect(parseDuration(text)).toBe(seconds));

  it.each(['', '-5', '1e9', '604801', '99999999', 'PT5M', '1h', 'five', ':', '1::2', '0', '00:00'])(
    'takes %j for unknown',
    (text) => expect(parseDuration(text)).toBeUndefined(),
  );
});
