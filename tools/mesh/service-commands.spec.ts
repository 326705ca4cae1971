import { afterEach, describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import {
  authServiceApi,
  type DeadLetter,
  type DeadLetterOrigin,
  deadLettersApi,
  notFound,
  screamingName,
  unauthenticated,
  type User,
} from '@mediamesh/contracts';
import { freePorts, type Neighbour, stubNeighbour } from '@mediamesh/testing';
import { consumingApps, letterLines } from './dead-letters.js';
import { createRecordingTerminal } from './fixtures/recording-terminal.js';
import { runCommand } from './run-command.js';

const id = '0199c8f4-5b1e-7c3a-9d2f-3f4b5c6d7e8f';
const time = '2026-11-22T12:00:00.000Z';
const letter: DeadLetter = {
  id,
  consumer: 'search-service.indexing',
  eventId: id,
  type: 'content.published',
  subject: 'x',
  attempts: 5,
  error: 'no\nindex',
  failedAt: time,
};

const auth = (secret = 'the secret') =>
  stubNeighbour(authServiceApi, {
    issueServiceToken: ({ body }) => {
      if (body.service !== 'mesh' || body.secret !== secret) throw unauthenticated('auth.wrong_credentials');
      return { accessToken: `for ${body.audience}`, tokenType: 'Bearer' as const, expiresIn: 600 };
    },
    createUser: ({ body }): User => ({
      id,
      email: body.email,
      name: body.name ?? null,
      role: body.role,
      createdAt: time,
    }),
  });

describe('commands to services', () => {
  const running: Neighbour[] = [];
  afterEach(async () => {
    for (const one of running.splice(0)) await one.close();
  });

  /** Runs a command beside these neighbours; the other services are not there. */
  async function runBeside(neighbours: readonly Neighbour[], args: readonly string[], typed = '') {
    const all = ['auth-service', ...consumingApps];
    const ports = await freePorts(all.length);
    const environment = Object.fromEntries(
      all.map((app, index) => [`${screamingName(app)}_PORT`, String(ports[index])]),
    );
    for (const one of neighbours) await one.listen(ports[all.indexOf(one.app)]!);
    running.push(...neighbours);
    const { terminal, printed, noted } = createRecordingTerminal();
    const input = Readable.from(typed === '' ? [] : [typed]) as unknown as NodeJS.ReadStream;
    const code = await runCommand(args, {
      environment: { ...environment, SERVICE_SECRET_MESH: 'the secret' },
      input,
      terminal,
    });
    return { code, printed, noted: noted() };
  }

  it("make an account with a password from the input, as the command line's own service", async () => {
    const neighbour = auth();
    const { code, printed } = await runBeside(
      [neighbour],
      ['users', 'add', 'sara@example.org', '--role', 'EDITOR', '--name', 'سارة'],
      'a long passphrase\n',
    );
    expect(code).toBe(0);
    expect(printed).toEqual([`Made the account sara@example.org (EDITOR), ${id}`]);
    expect(neighbour.calls.at(-1)).toMatchObject({
      endpoint: 'createUser',
      input: { body: { email: 'sara@example.org', password: 'a long passphrase', role: 'EDITOR', name: 'سارة' } },
    });
  });

  it('ask the instance that listens where another does not', async () => {
    const [none = 0, one = 0] = await freePorts(2);
    const neighbour = auth();
    await neighbour.listen(one);
    running.push(neighbour);
    const { terminal, printed } = createRecordingTerminal();
    const environment = {
      AUTH_SERVICE_URL: `http://127.0.0.1:${none},http://127.0.0.1:${one}`,
      SERVICE_SECRET_MESH: 'the secret',
    };
    expect(
      await runCommand(['users', 'add', 'sara@example.org', '--role', 'USER', '--generate'], {
        environment,
        input: process.stdin,
        terminal,
      }),
    ).toBe(0);
    expect(printed[0]).toContain('Made the account');
  });

  it('print a password they made, and only then', async () => {
    const neighbour = auth();
    const { printed } = await runBeside(
      [neighbour],
      ['users', 'add', 'sara@example.org', '--role', 'USER', '--generate'],
    );
    const sent = neighbour.calls.at(-1)?.input.body as { password: string } | undefined;
    expect(printed.at(-1)).toBe(`Password: ${sent?.password}`);
  });

  it('say so when auth-service does not know the secret', async () => {
    const { code, noted } = await runBeside(
      [auth('another secret')],
      ['users', 'add', 'sara@example.org', '--role', 'USER', '--generate'],
    );
    expect(code).toBe(1);
    expect(noted).toContain('auth-service does not know this SERVICE_SECRET_MESH');
  });

  it('list the dead letters of every service, and name the one that did not answer', async () => {
    const none = (app: 'cms-service' | 'media-service') =>
      stubNeighbour(deadLettersApi(app), { listDeadLetters: () => ({ items: [], next: null }) });
    const search = stubNeighbour(deadLettersApi('search-service'), {
      listDeadLetters: ({ query }) =>
        query.cursor === undefined ? { items: [letter], next: 'more' } : { items: [letter], next: null },
    });
    const { code, printed, noted } = await runBeside(
      [auth(), none('cms-service'), none('media-service'), search],
      ['dead-letters', 'list'],
    );
    expect(code).toBe(1);
    expect(printed.slice(0, 3)).toEqual(['cms-service: none', 'media-service: none', 'search-service: 2']);
    expect(printed[4]).toBe('      search-service.indexing gave up after 5 attempts: no index');
    expect(noted).toMatch(
      /^discovery-service: discovery-service does not answer at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\)\.\n$/,
    );
  });

  it('show a dead letter with its event and stack, which cannot steer the terminal', async () => {
    const search = stubNeighbour(deadLettersApi('search-service'), {
      getDeadLetter: () => ({ ...letter, event: { title: 'قهوة' }, stack: 'Error: no\u001b[2J\n    at index' }),
    });
    const { code, printed } = await runBeside([auth(), search], ['dead-letters', 'show', 'search-service', id]);
    expect(code).toBe(0);
    expect(printed.slice(2)).toEqual(['{', expect.stringContaining('قهوة'), '}', 'Error: no[2J', '    at index']);
  });

  it('show where a dead letter’s message lies, its key and headers, and its value where it held no event', async () => {
    const text = (content: string) => ({ encoding: 'utf-8' as const, content });
    const origin: DeadLetterOrigin = {
      topic: 'content.events',
      partition: 3,
      offset: '128',
      writtenAt: time,
      key: text('x\u001b[2J'),
      value: text('{ "half": '),
      headers: [
        { name: 'ce_id', value: text(id) },
        { name: 'trace\nid', value: { encoding: 'base64', content: '/w==' } },
        { name: 'empty', value: null },
      ],
    };
    const show = async (event: Record<string, unknown>, from: DeadLetterOrigin | null) => {
      const search = stubNeighbour(deadLettersApi('search-service'), {
        getDeadLetter: () => ({ ...letter, event, stack: null, origin: from }),
      });
      const { printed } = await runBeside([auth(), search], ['dead-letters', 'show', 'search-service', id]);
      for (const one of running.splice(0)) await one.close();
      return printed.slice(printed.findIndex((line) => line.startsWith('}') || line === '{}') + 1);
    };
    const lines = [
      `Message: content.events, partition 3, offset 128, written at ${time}`,
      '  key: x[2J',
      `  header ce_id: ${id}`,
      '  header trace id: base64 /w==',
      '  header empty: none',
    ];
    expect(await show({ data: { title: 'x' } }, origin)).toEqual(lines);
    expect(await show({}, origin)).toEqual([...lines, '  value: { "half":']);
    expect(await show({}, { ...origin, key: null, headers: [], value: null, writtenAt: null })).toEqual([
      'Message: content.events, partition 3, offset 128, written at no time that can be read',
      '  key: none',
      '  value: none',
    ]);
    expect(await show({ data: {} }, null)).toEqual([]);
    expect(letterLines({ ...letter, type: '', subject: '', eventId: 'content.events/3/128' })[0]).toBe(
      `  ${id}  ${time}  no event  content.events/3/128`,
    );
  });

  it('replay and discard a dead letter, and end with 1 when that fails', async () => {
    const answers = { replayDeadLetter: () => ({ handled: true, error: null }), discardDeadLetter: () => undefined };
    expect(
      await runBeside(
        [auth(), stubNeighbour(deadLettersApi('cms-service'), answers)],
        ['dead-letters', 'replay', 'cms-service', id],
      ),
    ).toMatchObject({ code: 0 });
    expect(
      await runBeside(
        [auth(), stubNeighbour(deadLettersApi('cms-service'), answers)],
        ['dead-letters', 'discard', 'cms-service', id],
      ),
    ).toMatchObject({ code: 0, printed: [`cms-service has forgotten ${id}.`] });
    const failing = {
      replayDeadLetter: () => ({ handled: false, error: 'still broken' }),
      discardDeadLetter: () => {
        throw notFound('request.not_found');
      },
    };
    const replayed = await runBeside(
      [auth(), stubNeighbour(deadLettersApi('cms-service'), failing)],
      ['dead-letters', 'replay', 'cms-service', id],
    );
    expect(replayed).toMatchObject({
      code: 1,
      noted: 'cms-service could not handle it again: still broken. The dead letter stays.\n',
    });
    const discarded = await runBeside(
      [auth(), stubNeighbour(deadLettersApi('cms-service'), failing)],
      ['dead-letters', 'discard', 'cms-service', id],
    );
    expect(discarded).toMatchObject({ code: 1, noted: `cms-service has no dead letter ${id}.\n` });
  });
});
