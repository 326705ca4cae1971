/** Checks whether a server on a local port is ready. */
import { connect } from 'node:net';

const TIMEOUT_MS = 2_000;

/** Whether the URL answers with success or with one of the statuses in `also`. */
export async function answers(url: string, also: readonly number[] = []): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    await answer.arrayBuffer();
    return answer.ok || also.includes(answer.status);
  } catch {
    return false; // not listening yet, or a timeout
  }
}

/** Whether a server answers like a ready one; `false` on timeout. `isReady` returns undefined for partial answers. */
export const answersOn = (
  port: number,
  question: string | Uint8Array,
  isReady: (answer: Buffer) => boolean | undefined,
): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    let answer = Buffer.alloc(0);
    const end = (ready: boolean): void => {
      socket.destroy();
      resolve(ready);
    };
    socket.setTimeout(TIMEOUT_MS, () => end(false));
    socket.once('connect', () => socket.write(question));
    socket.on('data', (chunk: Buffer) => {
      answer = Buffer.concat([answer, chunk]);
      const ready = isReady(answer);
      if (ready !== undefined) end(ready);
    });
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
  });

const METADATA = 3;
const VERSION = 1;

/** A Metadata request (version 1) without topics: length, API key, version, correlation id, client id, empty list. */
function writeMetadataRequest(): Buffer {
  const client = Buffer.from('mediamesh');
  const request = Buffer.alloc(4 + 2 + 2 + 4 + 2 + client.length + 4);
  let at = request.writeInt32BE(request.length - 4, 0);
  at = request.writeInt16BE(METADATA, at);
  at = request.writeInt16BE(VERSION, at);
  at = request.writeInt32BE(1, at);
  at = request.writeInt16BE(client.length, at);
  at += client.copy(request, at);
  request.writeInt32BE(0, at);
  return request;
}

/** The number of brokers, undefined in an incomplete answer. Layout: length, correlation id, broker count, … */
export function readBrokerCount(answer: Buffer): number | undefined {
  if (answer.length < 12 || answer.length < 4 + answer.readInt32BE(0)) return undefined;
  return answer.readInt32BE(8);
}

/** Whether a broker answers and lists itself; before that it creates no topics. */
export const namesBroker = (port: number): Promise<boolean> =>
  answersOn(port, writeMetadataRequest(), (answer) => {
    const count = readBrokerCount(answer);
    return count === undefined ? undefined : count > 0;
  });
