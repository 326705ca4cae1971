import { parentPort, workerData } from 'node:worker_threads';
import { describeDamage, IndexFileError, isDamage, isPassing, openIndexFile } from './index-file.js';
import { IndexReader } from './index-reader.js';
import type { IndexAnswer, IndexRequest, IndexStart } from './index-thread.js';
import { IndexWriter } from './index-writer.js';
import { Lexicon } from './lexicon.js';
import { Statistics, type Totals } from './statistics.js';

/** The thread that holds the index. All it imports is plain TypeScript without framework or decorators. */
const port = parentPort!;
const { file } = workerData as { file: string };

function open(): ((request: IndexRequest) => unknown) | { readonly unreadable: string } {
  try {
    const database = openIndexFile(file);
    const statistics = new Statistics(
      database,
      database.prepare('select rows, words, titleWords, letters from state').get() as unknown as Totals,
    );
    const lexicon = new Lexicon(database);
    const reader = new IndexReader(database, statistics, lexicon);
    const writer = new IndexWriter(database, statistics, lexicon);
    return (request) => {
      switch (request.does) {
        case 'write':
          return writer.write(request.documents, request.tombstones);
        case 'search':
          return reader.search(request.query);
        case 'suggest':
          return reader.suggest(request.text, request.options);
        case 'count':
          return reader.count();
        case 'generation':
          return reader.generation();
        case 'settle':
          return database.exec('pragma journal_mode = delete');
        case 'close':
          return database.close();
      }
    };
  } catch (error) {
    if (error instanceof IndexFileError && error.isIndex) return { unreadable: error.message };
    if (isDamage(error)) return { unreadable: describeDamage(file) };
    throw error;
  }
}

const start = (message: IndexStart): void => port.postMessage(message);
const answer = open();
if (typeof answer === 'function') {
  port.on('message', ({ number, request }: { number: number; request: IndexRequest }) => {
    const reply = (result: IndexAnswer): void => port.postMessage({ number, ...result });
    try {
      reply({ value: answer(request) });
    } catch (error) {
      if (isDamage(error)) start({ unreadable: describeDamage(file) });
      reply({ error, passing: isPassing(error) });
    }
    if (request.does === 'close') port.close();
  });
  start({ ready: true });
} else start(answer);
