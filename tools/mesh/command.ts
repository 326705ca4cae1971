import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { type ConsumingApp, Id, UserRole } from '@mediamesh/contracts';
import type { UserWish } from './add-user.js';
import { consumingApps } from './dead-letters.js';
import { UsageError } from './failure.js';
import { help, helpOf } from './help.js';
import type { ImportWish } from './import/import-feed.js';

export type Command =
  | { readonly name: 'help'; readonly text: string }
  | { readonly name: 'import'; readonly wish: ImportWish }
  | { readonly name: 'users add'; readonly wish: UserWish }
  | { readonly name: 'reindex' | 'outbox' | 'topics' | 'consumers' | 'migrate' | 'doctor' | 'keys rotate' }
  | { readonly name: 'announce'; readonly after: string | undefined }
  | { readonly name: 'outbox retry'; readonly id: string }
  | { readonly name: 'dead-letters list'; readonly app: ConsumingApp | undefined }
  | {
      readonly name: 'dead-letters show' | 'dead-letters replay' | 'dead-letters discard';
      readonly app: ConsumingApp;
      readonly id: string;
    };

/** Parses a command line. Throws {@link UsageError} with the reason. */
export function readCommand(args: readonly string[]): Command {
  const firstOption = args.findIndex((arg) => arg.startsWith('-'));
  const words = firstOption < 0 ? args : args.slice(0, firstOption);
  const name = [words.slice(0, 2).join(' '), words[0] ?? ''].find((one) => one !== '' && Object.hasOwn(help, one));
  if (words[0] === 'help') return { name: 'help', text: readHelp(words.slice(1)) };
  if (args.length === 0 || args.includes('--help') || args.includes('-h'))
    return { name: 'help', text: readHelp(name === undefined ? words : [name]) };
  if (name === undefined) throw new UsageError(unknown(words.join(' ') || String(args[0])));
  const rest = args.slice(name.split(' ').length);
  switch (name) {
    case 'import':
      return { name, wish: readImport(rest) };
    case 'reindex':
    case 'outbox':
    case 'topics':
    case 'consumers':
    case 'migrate':
    case 'doctor':
    case 'keys rotate':
      parse(rest, {}, []);
      return { name };
    case 'announce': {
      const { values } = parse(rest, { after: { type: 'string' } }, []);
      return { name, after: values.after === undefined ? undefined : readId(values.after, '--after') };
    }
    case 'outbox retry':
      return { name, id: readId(parse(rest, {}, ['event id']).positionals[0], 'event id') };
    case 'users add':
      return { name, wish: readUser(rest) };
    case 'dead-letters list': {
      const { values } = parse(rest, { app: { type: 'string' } }, []);
      return { name, app: values.app === undefined ? undefined : readApp(values.app) };
    }
    default: {
      const { positionals } = parse(rest, {}, ['app', 'id']);
      return { name: name as 'dead-letters show', app: readApp(positionals[0]), id: readId(positionals[1], 'id') };
    }
  }
}

function unknown(words: string): string {
  const below = Object.keys(help).filter((topic) => topic.startsWith(`${words} `));
  return below.length > 0
    ? `${words} is not a whole command: there is ${below.join(', ')}.`
    : `There is no command ${words}. npm run mesh -- help lists them.`;
}

function readHelp(words: readonly string[]): string {
  const text = helpOf(words.join(' '));
  if (text === undefined) throw new UsageError(unknown(words.join(' ')));
  return text;
}

function readImport(args: readonly string[]): ImportWish {
  const { values, positionals } = parse(
    args,
    { publish: { type: 'boolean', default: false }, program: { type: 'string' } },
    ['feed'],
  );
  return {
    feed: positionals[0] ?? '',
    publish: values.publish,
    programId: values.program === undefined ? undefined : readId(values.program, '--program'),
  };
}

function readUser(args: readonly string[]): UserWish {
  const { values, positionals } = parse(
    args,
    { role: { type: 'string' }, name: { type: 'string' }, generate: { type: 'boolean', default: false } },
    ['email'],
  );
  const role = UserRole.safeParse(values.role?.toUpperCase());
  if (!role.success) throw new UsageError(`--role must be one of ${UserRole.options.join(', ')}.`);
  return { email: positionals[0] ?? '', role: role.data, name: values.name, generate: values.generate };
}

/** Parses options, and exactly the named arguments. */
function parse<const O extends ParseArgsOptionsConfig>(args: readonly string[], options: O, names: readonly string[]) {
  const parsed = parseStrictly(args, options);
  const missing = names[parsed.positionals.length];
  if (missing !== undefined) throw new UsageError(`<${missing}> is missing.`);
  const extra = parsed.positionals[names.length];
  if (extra !== undefined) throw new UsageError(`${extra} is one argument too many.`);
  const empty = names.find((_, index) => parsed.positionals[index] === '');
  if (empty !== undefined) throw new UsageError(`<${empty}> is empty.`);
  return parsed;
}

function parseStrictly<const O extends ParseArgsOptionsConfig>(args: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    // Node's first sentence, without its advice on arguments that begin with a dash
    throw new UsageError(`${(error as Error).message.split(/\.(?:\s|$)|\n/, 1)[0]}.`, { cause: error });
  }
}

function readApp(text: string | undefined): ConsumingApp {
  const app = consumingApps.find((one) => one === text);
  if (!app) throw new UsageError(`${text} keeps no dead letters: it must be one of ${consumingApps.join(', ')}.`);
  return app;
}

function readId(text: string | undefined, name: string): string {
  const id = Id.safeParse(text);
  if (!id.success) throw new UsageError(`${name} must be an id, such as 0199c8f4-5b1e-7c3a-9d2f-3f4b5c6d7e8f.`);
  return id.data;
}
