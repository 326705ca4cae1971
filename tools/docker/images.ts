/** Builds every image and runs the whole mesh in containers, if a Docker engine is available. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { appPorts } from '@mediamesh/contracts';

const run = promisify(execFile);
const BUILD_TIMEOUT_MS = 1_800_000;
const PROJECT = 'mediamesh-check';

export interface ImageConfig {
  readonly User?: string;
  readonly StopSignal?: string;
  readonly Entrypoint?: readonly string[];
  readonly Healthcheck?: { readonly Test?: readonly string[] };
  readonly Labels?: Readonly<Record<string, string>>;
  readonly Env?: readonly string[];
}

/** One sentence for each rule that an image violates. */
export function findImageMistakes(app: string, config: ImageConfig): string[] {
  const rules: readonly (readonly [boolean | undefined, string])[] = [
    [config.User === '1000:1000', 'runs as another user than 1000'],
    [config.StopSignal === 'SIGTERM', 'is not stopped by SIGTERM'],
    [config.Entrypoint?.[0] === 'node', 'does not start Node itself'],
    [config.Healthcheck?.Test?.[0] === 'CMD', 'has no health check without a shell'],
    [config.Labels?.['org.opencontainers.image.title']?.endsWith(app), 'has no label with its name'],
    [config.Env?.includes('NODE_ENV=production'), 'is not set to production'],
    [config.Env?.includes('BIND_ADDRESS=0.0.0.0'), 'cannot be reached from outside its container'],
  ];
  return rules.flatMap(([holds, what]) => (holds ? [] : [`image ${app}: ${what}`]));
}

/** The version of the Docker engine, if it and Compose are available; else the reason. */
export async function findEngine(): Promise<{ version: string } | { reason: string }> {
  try {
    const { stdout } = await run('docker', ['version', '--format', '{{.Server.Version}}']);
    await run('docker', ['compose', 'version']);
    return { version: stdout.trim() };
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    return { reason: (stderr.trim() || message).split('\n')[0] ?? '' };
  }
}

/**
 * Builds and checks the images of `names`, then starts docker-compose.yml until all is healthy and both gateways
 * answer, and removes its containers and volumes. Returns one sentence for each failure. The ports must be free.
 */
export async function walkImages(root: string, names: readonly string[], environmentFile: string): Promise<string[]> {
  const docker = (...args: string[]) =>
    run('docker', args, { cwd: root, timeout: BUILD_TIMEOUT_MS, maxBuffer: 2 ** 26 });
  const compose = (...args: string[]) =>
    docker('compose', '--project-name', PROJECT, '--env-file', environmentFile, ...args);
  const mistakes: string[] = [];
  try {
    await compose('build', '--quiet');
    for (const name of names) {
      const { stdout } = await docker('image', 'inspect', '--format', '{{json .Config}}', `mediamesh/${name}:local`);
      mistakes.push(...findImageMistakes(name, JSON.parse(stdout) as ImageConfig));
    }
    await compose('up', '--detach', '--wait');
    for (const gateway of ['cms-gateway', 'discovery-gateway'] as const) {
      const { status } = await fetch(`http://127.0.0.1:${appPorts[gateway]}/docs`);
      if (status !== 200) mistakes.push(`image ${gateway}: /docs answers ${status}`);
    }
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    mistakes.push(`images: ${stderr.trim() || message}`);
  } finally {
    await compose('down', '--volumes', '--timeout', '30').catch((error: Error) =>
      mistakes.push(`images: ${error.message}`),
    );
  }
  return mistakes;
}
