import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { environmentOfWorker, readSharedProgram, readWorkerNumber } from './environment.js';

const root = join(import.meta.dirname, '../../..');
const node = join(root, 'node_modules/.bin/node');

export interface SharedProgram {
  readonly url: string;
  /** Stops it if it was started. Rejects unless its exit code is 0. */
  close(): Promise<void>;
}

/**
 * Offers a program of `dist/` to the suites of a run. It starts at the first request and prints one line when ready,
 * which every suite receives.
 */
export async function offerProgram(program: string): Promise<SharedProgram> {
  let child: ChildProcess | undefined;
  let ready: Promise<string> | undefined;
  const start = (worker: string): Promise<string> => {
    child = spawn(node, ['--enable-source-maps', join(root, 'dist', program)], {
      // It takes ports of the requesting worker, which waits until they are in use.
      env: environmentOfWorker(worker),
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    return readFirstLine(program, child);
  };
  const server = createServer((request, response) => {
    ready ??= start(new URLSearchParams(request.url?.split('?')[1]).get('worker') ?? '1');
    ready.then(
      (line) => response.end(line),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      if (!child) return;
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      if (child.exitCode !== 0) throw new Error(`${program} ended with ${child.exitCode ?? child.signalCode}`);
    },
  };
}

/** Starts the program of this run unless it runs already. Returns what it printed when ready. */
export async function askSharedProgram<T>(): Promise<T> {
  const url = readSharedProgram();
  if (url === undefined) throw new Error('there is no shared program: name the file *.e2e.spec.ts');
  const response = await fetch(`${url}/?worker=${readWorkerNumber()}`);
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as T;
}

async function readFirstLine(program: string, child: ChildProcess): Promise<string> {
  let printed = '';
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  child.stdout?.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
    if (printed.includes('\n')) resolve(printed.slice(0, printed.indexOf('\n')));
  });
  child.once('error', reject);
  child.once('exit', (code) => reject(new Error(`${program} ended with ${code} before it was ready`)));
  return promise;
}
