/** The groups of endpoints in the documentation, in order. */
export const tags = {
  Sessions: 'Logging in, and the account that is logged in.',
  Accounts: 'The accounts of people.',
  Keys: 'Tokens for services, and the keys that sign and verify tokens.',
  Programs: 'Podcasts, series, documentaries and films.',
  Episodes: 'The parts of a program, each with a life of its own.',
  Imports: 'What a source says of programs and episodes, merged into what editors own.',
  'Public documents': 'Everything that is public, and what was withdrawn, for those who keep a copy.',
  Versions: 'What is said about programs and episodes; each version is immutable.',
  Categories: 'The vocabulary that programs are filed under, in Arabic and English.',
  Assets: 'Pictures and media files: declare one, upload its bytes, complete it.',
  Files: 'The bytes of files that are public.',
  Sources: 'Feeds that programs are imported from.',
  Runs: 'Imports of a source: how far one is, and what became of each item.',
  Search: 'Ranked hits with highlights, and completions of what is being typed.',
  Gateway: 'Where to find what this gateway has.',
  Operations: 'For operators: rebuilds of the search index, events that wait or failed, announcements.',
} as const;

export type Tag = keyof typeof tags;
