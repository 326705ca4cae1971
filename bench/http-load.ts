import { Agent, get } from 'node:http';

export interface Target {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends requests back to back on `connections` keep-alive connections. Any status but 200 is an error. */
export async function measureLoad(
  { url, headers = {} }: Target,
  { connections, seconds }: { connections: number; seconds: number },
): Promise<{ answers: number; rate: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const start = performance.now();
  const end = start + seconds * 1000;
  let answers = 0;
  const ask = async (): Promise<void> => {
    while (performance.now() < end) {
      await request(url, headers, agent);
      answers++;
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, ask));
  } finally {
    agent.destroy();
  }
  return { answers, rate: answers / ((performance.now() - start) / 1000) };
}

const request = (url: string, headers: Readonly<Record<string, string>>, agent: Agent): Promise<void> =>
  new Promise((resolve, reject) => {
    get(url, { agent, headers }, (answer) => {
      answer.resume();
      answer.once('error', reject);
      answer.once('end', () =>
        answer.statusCode === 200 ? resolve() : reject(new Error(`${url} answered ${answer.statusCode}`)),
      );
    }).once('error', reject);
  });
