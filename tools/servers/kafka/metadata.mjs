/**
 * The one question we ask a Kafka broker ourselves, so that readiness needs no client library: which brokers are there?
 */
import { connect } from 'node:net';

const METADATA = 3;
const VERSION = 1;
const TIMEOUT_MS = 2_000;

/** A Metadata request (version 1) that names no topic: length, api, version, correlation id, client id, empty list. */
function writeRequest() {
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

/** How many brokers the answer names; undefined while it is not whole. Length, correlation id, count of brokers, … */
export function readBrokerCount(answer) {
  if (answer.length < 12 || answer.length < 4 + answer.readInt32BE(0)) return undefined;
  return answer.readInt32BE(8);
}

/** Whether a broker answers at that address and knows of itself: before that it takes no topics. */
export function namesBroker(host, port) {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    let answer = Buffer.alloc(0);
    const end = (ready) => {
      socket.destroy();
      resolve(ready);
    };
    socket.setTimeout(TIMEOUT_MS, () => end(false));
    socket.once('connect', () => socket.write(writeRequest()));
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk]);
      const count = readBrokerCount(answer);
      if (count !== undefined) end(count > 0);
    });
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
  });
}
