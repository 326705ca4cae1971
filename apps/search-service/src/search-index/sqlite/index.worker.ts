import { parentPort, workerData } from 'node:worker_threads';
import { isPassing, openIndexFile } from './index-file.js';
import type { IndexAnswer, IndexRequest } from './index-thread.js';
import { IndexReader } from './index-reader.js';
import { IndexWriter } from './index-writer.js';
import { Statistics, type Totals } from './statistics.js';

/** The thread that holds the index. Everything this file reaches is plain TypeScript without framework or decorators. */
const port = parentPort!;
const database = openIndexFile((workerData as { file: string }).file);
const statistics = new Statistics(database, database.prepare('select rows, words, titleWords, letters from state').get() as unknown as Totals);
const reader = new IndexReader(database, statistics);
const writer = new IndexWriter(database, statistics);

function answer(request: IndexRequest): unknown {
  switch (request.does) {
    case 'write':
      return writer.write(request.documents, request.tombstones);
    case 'search':
      return reader.search(request.query);
    case 'count':
      return reader.count();
    case 'close':
      return database.close();
  }
}

port.on('message', ({ number, request }: { number: number; request: IndexRequest }) => {
  const reply = (result: IndexAnswer): void => port.postMessage({ number, ...result });
  try {
    reply({ value: answer(request) });
  } catch (error) {
    reply({ error, passing: isPassing(error) });
  }
  if (request.does === 'close') port.close();
});
port.postMessage({ ready: true });
