import { type AnyApp, type Environment, examineApps, type Finding } from '@mediamesh/app';
import type { AppName } from '@mediamesh/contracts';
import { z } from 'zod';
import { addressesOf } from './addresses.js';
import { systemCode } from './failure.js';
import { failuresAsLines, readApps } from './mesh-apps.js';
import { readable, type Terminal } from './terminal.js';

const patienceMs = 3_000;
const Readiness = z.object({ missing: z.array(z.string()), degraded: z.array(z.string()) });

/** Checks all servers, stores, databases, clocks and apps. The exit code is 1 when there is a problem. */
export async function examineMesh(
  environment: Environment,
  terminal: Terminal,
  apps?: readonly AnyApp[],
): Promise<number> {
  const all = apps ?? (await readApps());
  const [stands, runs] = await Promise.all([
    failuresAsLines(() => examineApps(all, { ...environment, LOG_LEVEL: 'silent' }), 'The mesh cannot be examined'),
    Promise.all(all.flatMap(({ name }) => addressesOf(name, environment).map((url) => examineReadiness(name, url)))),
  ]);
  const findings = [...stands, ...runs.flat()];
  for (const line of findings.flatMap(linesOf)) terminal.print(line);
  const problems = findings.filter(({ problem }) => problem !== undefined).length;
  terminal.print(
    problems === 0
      ? `All is well (${findings.length} looked at).`
      : `${problems} of ${findings.length} need something done.`,
  );
  return problems === 0 ? 0 : 1;
}

/** `✓ of  subject`, or `✗ of  subject: problem` and a remedy. The subject is omitted if the problem begins with it. */
export function linesOf({ of, subject, problem, remedy }: Finding): string[] {
  const mark = `${problem === undefined ? '✓' : '✗'} ${of.padEnd(17)}`;
  if (problem === undefined) return [`${mark} ${readable(subject, 300)}`];
  const named = problem.startsWith(subject) ? '' : `${readable(subject, 300)}: `;
  return [
    `${mark} ${named}${readable(problem, 500)}`,
    ...(remedy === undefined ? [] : [`${' '.repeat(20)}→ ${readable(remedy, 500)}`]),
  ];
}

async function examineReadiness(app: AppName, url: string): Promise<Finding[]> {
  const about = { of: app, subject: `running at ${url}` };
  try {
    const response = await fetch(`${url}/health/ready`, {
      signal: AbortSignal.timeout(patienceMs),
      redirect: 'manual',
    });
    const readiness = Readiness.safeParse(await response.json());
    if (!readiness.success)
      return [
        { ...about, problem: 'What answers there is something else.', remedy: `End it, or give ${app} another port.` },
      ];
    const { missing, degraded } = readiness.data;
    const problems = [
      ...missing.map((one) => `It is not ready: ${one}`),
      ...degraded.map((one) => `It works with less: ${one}`),
    ];
    return problems.length === 0
      ? [about]
      : problems.map((problem) => ({
          ...about,
          problem,
          remedy: 'Mend what is named; it is looked at anew every second.',
        }));
  } catch (error) {
    const why =
      error instanceof Error && error.name === 'TimeoutError'
        ? 'in time'
        : `(${systemCode(error) ?? (error instanceof Error ? error.message : String(error))})`;
    return [
      {
        ...about,
        problem: `It does not answer ${why}.`,
        remedy: 'Start it: npm start for the whole mesh, or npm run pm2 -- start ecosystem.config.js.',
      },
    ];
  }
}
