/** The health check of every image: exits with 0 when the app is ready. In Node, because the image has no curl. */
import { readFileSync } from 'node:fs';

const TIMEOUT_MS = 5_000;
const { name, config } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as {
  readonly name: string;
  readonly config?: { readonly port: number };
};
// the command line has no port; it is healthy while it runs
if (!config) process.exit(0);

const port = process.env[`${name.toUpperCase().replaceAll('-', '_')}_PORT`] || config.port;
const bound = process.env['BIND_ADDRESS'];
const host = !bound || bound === '0.0.0.0' || bound === '::' ? '127.0.0.1' : bound;
try {
  const response = await fetch(`http://${host.includes(':') ? `[${host}]` : host}:${port}/health/ready`, {
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  console.log(await response.text()); // shown by `docker inspect`
  process.exitCode = response.ok ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? (error.cause ?? error.message) : error);
  process.exitCode = 1;
}
