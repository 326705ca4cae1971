/** Ports on loopback, chosen by chance and kept. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the ports that systems hand to outgoing connections, so that none of those takes one, and so narrow that the
 * ports 10000 above, which SeaweedFS opens too, are nobody else's.
 */
const [lowest, highest] = [10_000, 20_000];

function isUnused(port) {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** Whether nobody listens on the port, nor with `twin` on the one 10000 above. */
export const isFree = async (port, { twin = false } = {}) =>
  (await isUnused(port)) && (!twin || (await isUnused(port + 10_000)));

/** A free port that is not in `taken`, a Set, to which it is added. */
export async function choosePort(taken, options) {
  for (;;) {
    const port = randomInt(lowest, highest);
    if (taken.has(port) || !(await isFree(port, options))) continue;
    taken.add(port);
    return port;
  }
}
