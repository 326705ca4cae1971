import { describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';

const launch = join(import.meta.dirname, 'launch.mjs');

/** A launcher that runs the given program, its lines as they come, and how it ended. */
function start(program: string): {
  launcher: ChildProcess;
  lines: AsyncIterator<string>;
  ended: Promise<number | string>;
} {
  const script = `
    import { main, runProgram } from ${JSON.stringify(launch)};
    await main(() => runProgram(['-e', ${JSON.stringify(program)}]));`;
  const launcher = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | string>((resolve) =>
    launcher.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown')),
  );
  return { launcher, lines: createInterface({ input: launcher.stdout! })[Symbol.asyncIterator](), ended };
}

const next = async (lines: AsyncIterator<string>): Promise<string> => String((await lines.next()).value);

/** Stops in order on the first signal, which takes a while, and says how many it got. */
const orderly = `
  let count = 0;
  process.on('SIGINT', () => {
    console.log('heard');
    count += 1;
    if (count === 1) setTimeout(() => { console.log('signals: ' + count); process.exit(0); }, 400);
  });
  console.log('ready'); setInterval(() => {}, 1000);`;

describe('the launcher', () => {
  it('passes a signal and its repeats on as one, and ends with 0 after its program did', async () => {
    const { launcher, lines, ended } = start(orderly);
    expect(await next(lines)).toBe('ready');
    launcher.kill('SIGINT');
    expect(await next(lines)).toBe('heard');
    launcher.kill('SIGINT'); // what npm passes on
    expect(await next(lines)).toBe('signals: 1');
    expect(await ended).toBe(0);
  });

  it("ends with its program's exit code", async () => {
    expect(await start('process.exitCode = 7').ended).toBe(7);
  });

  it('ends like a shell when its program was killed', async () => {
    expect(await start('process.kill(process.pid, "SIGKILL")').ended).toBe(137);
  });

  it('tells its program by the channel that it was killed', async () => {
    const { launcher, lines } = start(
      `process.once('disconnect', () => { console.log('alone'); }); console.log('ready')`,
    );
    expect(await next(lines)).toBe('ready');
    launcher.kill('SIGKILL');
    expect(await next(lines)).toBe('alone');
  });

  it('forces a program that ignores a second, later signal', async () => {
    const { launcher, lines, ended } = start(
      `process.on('SIGTERM', () => console.log('heard')); console.log('ready'); setInterval(() => {}, 1000)`,
    );
    expect(await next(lines)).toBe('ready');
    launcher.kill('SIGTERM');
    expect(await next(lines)).toBe('heard');
    const first = performance.now();
    const again = setInterval(() => launcher.kill('SIGTERM'), 100);
    expect(await next(lines)).toBe('heard');
    expect(performance.now() - first).toBeGreaterThan(1_500); // those before were repeats
    expect(await ended).toBe(137);
    clearInterval(again);
  }, 15_000);
});
