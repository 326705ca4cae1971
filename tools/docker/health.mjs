/**
 * The health check of every image: ends with 0 when the app of this folder says that it is ready. Node alone, since the
 * image has no curl.
 */
import { readFileSync } from 'node:fs';
import { get } from 'node:http';

const LONGEST_MS = 5_000;
const { name, config } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
// the command line serves nothing: while it runs, it is well
if (!config) process.exit(0);

const port = process.env[`${name.toUpperCase().replaceAll('-', '_')}_PORT`] || config.port;
const bound = process.env.BIND_ADDRESS;
const host = !bound || bound === '0.0.0.0' || bound === '::' ? '127.0.0.1' : bound;

function fail(line) {
  console.error(line);
  process.exit(1);
}

const request = get({ host, port, path: '/health/ready', timeout: LONGEST_MS }, async (response) => {
  const body = (await response.setEncoding('utf8').toArray()).join('');
  // what is missing can be read with `docker inspect`
  console.log(body);
  process.exit(response.statusCode === 200 ? 0 : 1);
});
request.on('timeout', () => fail(`no answer within ${LONGEST_MS} ms`));
request.on('error', (error) => fail(error.message));
