import { describe, expect, it } from '@jest/globals';
import { explainLog } from './launch.js';

describe('what a PostgreSQL log says about a start that failed', () => {
  it('names the port that is taken', () => {
    const log =
      '2026-01-01 00:00:00.000 UTC [7] LOG:  could not bind IPv4 address "127.0.0.1": Address already in use\n' +
      '2026-01-01 00:00:00.000 UTC [7] FATAL:  could not create any TCP/IP sockets\n';
    expect(explainLog(log, 5432)).toBe('port 5432 of 127.0.0.1 is taken');
  });

  it('says that the disk is full', () => {
    expect(explainLog('FATAL:  could not write lock file "postmaster.pid": No space left on device')).toBe(
      'the disk is full',
    );
  });

  it('quotes the last fatal line without its time', () => {
    const log =
      '2026-01-01 00:00:00.000 UTC [7] FATAL:  could not map anonymous shared memory: Cannot allocate memory\n' +
      '2026-01-01 00:00:00.000 UTC [7] LOG:  database system is shut down\n';
    expect(explainLog(log)).toBe('FATAL:  could not map anonymous shared memory: Cannot allocate memory');
  });

  it('calls a data folder damaged whose last checkpoint is gone', () => {
    const log =
      '2026-01-01 00:00:00.000 UTC [8] PANIC:  could not locate a valid checkpoint record at 0/1\n' +
      '2026-01-01 00:00:00.000 UTC [7] LOG:  aborting startup due to startup process failure\n';
    expect(explainLog(log)).toBe(
      'its data folder is damaged: PANIC:  could not locate a valid checkpoint record at 0/1',
    );
  });

  it('names a library that the system lacks', () => {
    const log =
      '/x/postgres: error while loading shared libraries: libicu.so.60: ' +
      'cannot open shared object file: No such file or directory\n';
    expect(explainLog(log)).toContain('error while loading shared libraries: libicu.so.60');
  });
});
