import { describe, expect, it } from '@jest/globals';
import { readCommand } from './command.js';
import { UsageError } from './failure.js';

const id = '0199c8f4-5b1e-7c3a-9d2f-3f4b5c6d7e8f';

/** What is said of a command line that is wrong. */
function complaint(...args: string[]): string {
  try {
    readCommand(args);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return 'nothing';
}

describe('the command line', () => {
  it('reads an import with its options in any order', () => {
    const wish = { feed: 'https://example.org/feed.xml', publish: true, programId: id };
    expect(readCommand(['import', 'https://example.org/feed.xml', '--publish', '--program', id.toUpperCase()])).toEqual(
      { name: 'import', wish },
    );
    expect(readCommand(['import', `--program=${id}`, '--publish', 'https://example.org/feed.xml'])).toEqual({
      name: 'import',
      wish,
    });
    expect(readCommand(['import', 'قهوة.xml'])).toEqual({
      name: 'import',
      wish: { feed: 'قهوة.xml', publish: false, programId: undefined },
    });
  });

  it('reads an account with its role in any case', () => {
    expect(readCommand(['users', 'add', 'sara@example.org', '--role', 'editor', '--name', 'سارة'])).toEqual({
      name: 'users add',
      wish: { email: 'sara@example.org', role: 'EDITOR', name: 'سارة', generate: false },
    });
  });

  it('reads commands that take nothing, and refuses what they do not take', () => {
    for (const words of ['reindex', 'outbox', 'topics', 'consumers', 'migrate', 'doctor', 'keys rotate']) {
      expect(readCommand(words.split(' '))).toEqual({ name: words });
      expect(complaint(...words.split(' '), 'x')).not.toBe('nothing');
    }
  });

  it('reads from where on to announce', () => {
    expect(readCommand(['announce'])).toEqual({ name: 'announce', after: undefined });
    expect(readCommand(['announce', '--after', id])).toEqual({ name: 'announce', after: id });
    expect(complaint('announce', 'x')).toBe('x is one argument too many.');
  });

  it('reads what to do with dead letters', () => {
    expect(readCommand(['dead-letters', 'list'])).toEqual({ name: 'dead-letters list', app: undefined });
    expect(readCommand(['dead-letters', 'list', '--app', 'media-service'])).toEqual({
      name: 'dead-letters list',
      app: 'media-service',
    });
    for (const action of ['show', 'replay', 'discard']) {
      expect(readCommand(['dead-letters', action, 'cms-service', id])).toEqual({
        name: `dead-letters ${action}`,
        app: 'cms-service',
        id,
      });
    }
  });

  it('shows the help of a command, of a group and of everything', () => {
    expect(readCommand(['import', '--help'])).toEqual(readCommand(['help', 'import']));
    expect(readCommand(['users', 'add', 'sara@example.org', '-h'])).toEqual(readCommand(['help', 'users', 'add']));
    expect(readCommand([])).toEqual(readCommand(['--help']));
    for (const action of ['list', 'show', 'replay', 'discard']) {
      expect(readCommand(['help', 'dead-letters'])).toMatchObject({
        text: expect.stringContaining(`dead-letters ${action}`),
      });
    }
  });

  it('says what is wrong, in one line', () => {
    expect(complaint('imprt')).toBe('There is no command imprt. npm run mesh -- help lists them.');
    expect(complaint('users')).toBe('users is not a whole command: there is users add.');
    expect(complaint('help', 'imprt')).toContain('no command imprt');
    expect(complaint('--publish')).toContain('no command --publish');
    expect(complaint('toString')).toContain('no command toString');
    expect(complaint('import')).toBe('<feed> is missing.');
    expect(complaint('import', '')).toBe('<feed> is empty.');
    expect(complaint('import', 'a', 'b')).toBe('b is one argument too many.');
    expect(complaint('import', 'a', '--pubish')).toBe("Unknown option '--pubish'.");
    expect(complaint('import', 'a', '--program')).toBe("Option '--program <value>' argument missing.");
    expect(complaint('import', 'a', '--program', '7')).toContain('--program must be an id');
    expect(complaint('users', 'add', 'a@b.org')).toContain('--role must be one of ADMIN, EDITOR, USER');
    expect(complaint('users', 'add', 'a@b.org', '--role', 'SERVICE')).toContain('--role must be one of');
    expect(complaint('dead-letters', 'list', '--app', 'auth-service')).toContain('auth-service keeps no dead letters');
    expect(complaint('dead-letters', 'show', 'cms-service')).toBe('<id> is missing.');
    expect(complaint('dead-letters', 'show', 'cms-service', '../users')).toContain('id must be an id');
  });
});
