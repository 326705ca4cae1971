import { ConsumingApp } from '@mediamesh/contracts';

export const help = {
  '': `The command line of MediaMesh for editors and operators.

  npm run mesh -- <command> [options]

  import <feed>             import a feed and print what became of each item
  users add <email>         make an account
  keys rotate               make a new signing key and retire the others in time
  dead-letters list         list the events that a service could not handle
  dead-letters show         show one of them with its event
  dead-letters replay       hand it to its consumer once more
  dead-letters discard      forget it
  outbox                    show which events wait to be sent, and which are parked
  outbox retry              offer a parked event to the bus once more
  topics                    list the topics on the brokers
  consumers                 list the groups of consumers, and how far behind they are
  reindex                   build the search index anew while it answers
  announce                  fill the catalogue again from everything that is public
  migrate                   make and migrate what the apps stand on
  doctor                    look at everything, and say what to do about each problem
  help [command]            this text, or that of a command

Exit codes: 0 done · 1 it could not be done · 2 the command line is wrong.
The mesh is found by its folder, MESH_FOLDER (.mesh), its services by <APP>_URL or <APP>_PORT.`,

  import: `  npm run mesh -- import <feed> [--publish] [--program <id>]

Imports a feed (RSS, RDF or Atom) as the mesh's editor. <feed> is an http(s) address, which the mesh fetches, or a file.
A feed has one source, also when it is imported again; only what is new or has changed is then taken over.

  --publish        publish what is ready: the policy of a new source, and of this run where the source is there already
  --program <id>   import into this program; else the feed makes its own

Exit code 1 when the run fails; items that fail do not fail the run.`,

  'users add': `  npm run mesh -- users add <email> --role ADMIN|EDITOR|USER [--name <name>] [--generate]

Makes an account. The password, of 12 characters at least, is asked on the terminal, or is the first line of the input.

  --role           what the account may do
  --name           the person's name
  --generate       make a password and print it, this once

Needs SERVICE_SECRET_MESH, from the environment or the mesh's folder.`,

  'keys rotate': `  npm run mesh -- keys rotate

Makes a new key for signing tokens. It signs after ten minutes, when everybody who verifies knows it; the others
retire when the last token they signed has ended. Nobody has to log in again.`,

  'dead-letters list': `  npm run mesh -- dead-letters list [--app <app>]

Lists the events that a service gave up on, newest first.

  --app            only those of one of ${ConsumingApp.options.join(', ')}

Exit code 1 when one of the services did not answer.`,

  'dead-letters show': `  npm run mesh -- dead-letters show <app> <id>

Shows an event that a service gave up on, where its message lies on the broker with its key and headers, and the error
with its stack.`,

  'dead-letters replay': `  npm run mesh -- dead-letters replay <app> <id>

Hands the event to its consumer once more. Exit code 1 when that fails again; the dead letter then stays.`,

  outbox: `  npm run mesh -- outbox

Shows, for every service, how many events wait to be sent, how long the oldest has waited, and which ones the bus
would not take, with why.

Exit code 1 when one of the services did not answer.`,

  'outbox retry': `  npm run mesh -- outbox retry <event id>

Offers a parked event to the bus once more, after the reason was mended.`,

  topics: `  npm run mesh -- topics

Lists the topics of the mesh on the brokers, with their partitions, copies and events. Exit code 1 when one is missing.
Needs what the apps know of the brokers: EVENT_BUS and KAFKA_….`,

  consumers: `  npm run mesh -- consumers

Lists the groups of consumers on the brokers: how many are in each, and how many events they have before them.
Needs what the apps know of the brokers: EVENT_BUS and KAFKA_….`,

  reindex: `  npm run mesh -- reindex

Builds the search index anew from everything that is public, while the old one answers and changes go on, or joins the
building that is under way. Ctrl-C ends the command, not the building. Exit code 1 when it fails; the old index then
stays.`,

  announce: `  npm run mesh -- announce [--after <id>]

Has everything that is public, everything that was withdrawn and the categories announced again, page by page, with
the revisions they have. What lacks them is filled: a catalogue that was lost, restored from a backup or moved to
another store. What has them changes nothing, and nothing older overwrites anything newer. Drafts are not announced.
Repeating it, or beginning anew, does no harm.

  --after <id>     go on after this document, where a command before has ended

It waits while cms-service has many events to send; what is published meanwhile follows behind what was announced
before it. Ctrl-C ends it after a page. Exit code 1 when it could not come to the end; it then says how to go on.`,

  migrate: `  npm run mesh -- migrate

Makes and migrates what the apps stand on: databases, topics, indexes, buckets and tables. Repeating it changes nothing.
Reads what the apps read from the environment; outside production also the servers of npm run servers and the
install's secrets.`,

  doctor: `  npm run mesh -- doctor

Looks at the configuration of all apps, their databases and clocks, brokers, stores, consumers, and whether every app
is ready, and says what to do about each problem. It changes nothing. Exit code 1 when there is a problem.`,

  'dead-letters discard': `  npm run mesh -- dead-letters discard <app> <id>

Forgets a dead letter and its event for good.`,
} as const;

export type HelpTopic = keyof typeof help;

/** The text of the topic, or of all commands that begin with it. */
export function helpOf(words: string): string | undefined {
  if (Object.hasOwn(help, words)) return help[words as HelpTopic];
  const below = Object.entries(help).filter(([topic]) => topic.startsWith(`${words} `));
  return below.length > 0 ? below.map(([, text]) => text).join('\n\n') : undefined;
}
