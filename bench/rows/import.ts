import { setTimeout as pause } from 'node:timers/promises';
import { type Connection, withConnection } from '@mediamesh/postgres/embedded';
import type { ImportRun, Source } from '@mediamesh/contracts';
import { Editor } from '../editor.js';
import { GeneratedText } from '../generated-text.js';
import { MeshProcess } from '../mesh-process.js';
import { type Bench, type Row, rowOf } from '../row.js';
import { type StatementTime, TimedPostgres, totalOf } from '../statement-times.js';

/** The number of items in a feed. */
export const count = 1_000;
/** The beginning of this measurement's own queries, which do not count for the import. */
const looking = 'select count(*) as open';
const databases = ['mesh_cms', 'mesh_metadata'];
/** The conditions for the rows that an import created; `$1` is its start. */
const made: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  mesh_cms: {
    items: 'created_at >= $1',
    slugs: 'item_id in (select id from items where created_at >= $1)',
    item_versions: 'created_at >= $1',
    public_documents: 'id in (select id from items where created_at >= $1)',
    outbox: 'created_at >= $1',
  },
  mesh_metadata: { versions: 'created_at >= $1' },
};

/** Imports 1,000 items, and compares the time in the databases with COPY into tables with the same indexes. */
export async function measureImport(bench: Bench): Promise<Row[]> {
  await using postgres = bench.keep(await TimedPostgres.start());
  await using mesh = bench.keep(await MeshProcess.start({ POSTGRES_URL: postgres.url }));
  const editor = new Editor(mesh);
  const text = new GeneratedText();
  const rounds: { rate: number; sql: number; copy: number }[] = [];
  let longest: StatementTime[] = [];
  for (let round = -1; round < bench.rounds; round++) {
    const feed = makeFeed(text);
    const source = await editor.send<Source>('POST', '/ingest/sources', {
      body: { kind: 'rss', name: `Round ${round}`, publish: 'when_ready' },
    });
    await settle(postgres);
    const since = await readClock(postgres);
    await postgres.forgetTimes();
    const start = performance.now();
    await importFeed(editor, source, feed);
    const rate = count / ((performance.now() - start) / 1000);
    await settle(postgres);
    const times = (await postgres.readTimes(databases)).filter(({ query }) => !query.startsWith(looking));
    const copy = await copyAgain(postgres, since);
    if (round < 0) continue; // warm-up
    rounds.push({ rate, sql: totalOf(times), copy });
    longest = times;
  }
  for (const { database, query, calls, milliseconds } of longest.slice(0, 12)) {
    bench.say(
      `${milliseconds.toFixed(1).padStart(7)} ms ${String(calls).padStart(4)}× ${database} ` +
        `${query.replace(/\s+/g, ' ').slice(0, 110)}`,
    );
  }
  const of = (figure: 'rate' | 'sql' | 'copy'): number[] => rounds.map((one) => one[figure]);
  return [
    rowOf('import of 1,000 items', 'items/s', of('rate')),
    rowOf('import of 1,000 items, time inside SQL', 'ms', of('sql')),
    rowOf('COPY of the same rows', 'ms', of('copy')),
    rowOf(
      'time inside SQL ÷ COPY',
      '',
      rounds.map(({ sql, copy }) => sql / copy),
      { better: 'lower', must: 3, aim: 1.5 },
    ),
  ];
}

/** Imports the feed, and waits until every item is new and public. */
export async function importFeed(editor: Editor, source: Source, feed: string): Promise<void> {
  const { id } = await editor.send<ImportRun>('POST', `/ingest/sources/${source.id}/runs`, {
    body: feed,
    headers: { 'content-type': 'application/rss+xml; charset=utf-8' },
  });
  for (;;) {
    const { status, counts, published, error } = await editor.send<ImportRun>('GET', `/ingest/runs/${id}`);
    if (status === 'failed') throw new Error(`The run failed: ${JSON.stringify(error)}`);
    if (status === 'completed') {
      if (counts.new !== count || published !== count)
        throw new Error(`The run is not what it should be: ${JSON.stringify({ counts, published })}`);
      return;
    }
    await pause(20);
  }
}

export function makeFeed(text: GeneratedText): string {
  const item = (n: number): string => {
    const date = new Date(Date.UTC(2020, 0, 1) + text.pick(2_000) * 86_400_000).toUTCString();
    return `<item><guid isPermaLink="false">item-${n}</guid><title>${text.sentence(6)} ${n}</title>
<link>https://example.org/episodes/${n}</link><pubDate>${date}</pubDate>
<description>&lt;p&gt;${text.sentence(50)}&lt;/p&gt;&lt;p&gt;${text.sentence(30)}&lt;/p&gt;</description>
<itunes:duration>${600 + text.pick(5_000)}</itunes:duration>
<enclosure url="https://example.org/episodes/${n}.mp3" type="audio/mpeg"
 length="${1_000_000 + text.pick(50_000_000)}"/></item>`;
  };
  return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel>
<title>${text.sentence(5)}</title><link>https://example.org/</link><language>ar</language>
<description>${text.sentence(30)}</description>
${Array.from({ length: count }, (_, n) => item(n)).join('\n')}</channel></rss>`;
}

const readClock = async (postgres: TimedPostgres): Promise<unknown> =>
  (await withConnection(postgres.url, (connection) => connection.query('select clock_timestamp() as now')))[0]?.['now'];

/** Waits until every event is sent and handled. */
async function settle(postgres: TimedPostgres): Promise<void> {
  const open = async (database: string, sql: string): Promise<number> =>
    Number((await withConnection(postgres.urlOf(database), (connection) => connection.query(sql)))[0]?.['open']);
  for (;;) {
    const unsent = await open('mesh_cms', `${looking} from outbox where sent_at is null and parked_at is null`);
    const waiting = await Promise.all(
      ['mesh_discovery', 'mesh_search', 'mesh_media', 'mesh_ingest'].map((database) =>
        open(database, `${looking} from inbox where done_at is null`),
      ),
    );
    if (unsent === 0 && waiting.every((rows) => rows === 0)) return;
    await pause(50);
  }
}

/** Copies the rows into new tables with the same indexes, by COPY from files on the server. Returns milliseconds. */
async function copyAgain(postgres: TimedPostgres, since: unknown): Promise<number> {
  let milliseconds = 0;
  for (const [database, tables] of Object.entries(made)) {
    milliseconds += await withConnection(postgres.urlOf(database), async (connection) => {
      const folder = String((await connection.query('show data_directory'))[0]?.['data_directory']);
      for (const [table, condition] of Object.entries(tables))
        await prepareCopy(connection, table, condition, since, `${folder}/bench-${table}`);
      await postgres.forgetTimes();
      await connection.query('begin');
      for (const table of Object.keys(tables))
        await connection.query(`copy bench.${table} from '${folder}/bench-${table}' (format binary)`);
      await connection.query('commit');
      const times = await postgres.readTimes([database]);
      await connection.query('drop schema bench cascade');
      // background work of the mesh does not count
      return totalOf(times.filter(({ query }) => /^(?:copy bench|begin|commit)/i.test(query)));
    });
  }
  return milliseconds;
}

async function prepareCopy(
  connection: Connection,
  table: string,
  condition: string,
  since: unknown,
  file: string,
): Promise<void> {
  await connection.query('create schema if not exists bench');
  await connection.query(`create table bench.${table} (like public.${table} including all)`);
  const literal = `'${(since as Date).toISOString()}'::timestamptz`;
  await connection.query(
    `copy (select * from ${table} where ${condition.replaceAll('$1', literal)}) to '${file}' (format binary)`,
  );
}
