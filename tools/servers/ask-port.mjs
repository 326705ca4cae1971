/** Asks whoever listens on a port of this machine whether it is ready. */
import { connect } from 'node:net';

const TIMEOUT_MS = 2_000;

/**
 * Whether what comes back first, as text, is what a server that is ready says; `false` also when nobody answers in
 * time.
 */
export const answersOn = (port, question, isReady) =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const end = (ready) => {
      socket.destroy();
      resolve(ready);
    };
    socket.setTimeout(TIMEOUT_MS, () => end(false));
    socket.once('connect', () => socket.write(question));
    socket.once('data', (answer) => end(isReady(answer.toString('latin1'))));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
  });
