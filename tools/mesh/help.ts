/** The commands, by the words that call them. */
export const help = {
  '': `The command line of MediaMesh for editors and operators.

  npm run mesh -- <command> [options]

  import <feed>             import a feed and print what became of each item
  users add <email>         make an account
  dead-letters list         list the events that a service could not handle
  dead-letters show         show one of them with its event
  dead-letters replay       hand it to its consumer once more
  dead-letters discard      forget it
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

  'dead-letters list': `  npm run mesh -- dead-letters list [--app <app>]

Lists the events that a service gave up on, newest first.

  --app            only those of cms-service, media-service, discovery-service or search-service

Exit code 1 when one of the services did not answer.`,

  'dead-letters show': `  npm run mesh -- dead-letters show <app> <id>

Shows an event that a service gave up on, and the error with its stack.`,

  'dead-letters replay': `  npm run mesh -- dead-letters replay <app> <id>

Hands the event to its consumer once more. Exit code 1 when that fails again; the dead letter then stays.`,

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
