import { describe, expect, it } from '@jest/globals';
import { chooseServers, isConfigured } from './command.js';

describe('the servers that a command names', () => {
  it('are the usual ones when none is named', () => {
    expect(chooseServers([], ['kafka', 'redis'])).toEqual(['kafka', 'redis']);
  });

  it('come each once and in one order, however they are named', () => {
    expect(chooseServers(['s3', 'kafka', 's3'], [])).toEqual(['kafka', 's3']);
  });

  it('are all of them by one word', () => {
    expect(chooseServers(['all'], [])).toEqual(['postgres', 'kafka', 'redis', 'opensearch', 's3', 'dynamodb']);
  });

  it('are refused with the known names when one is unknown', () => {
    expect(() => chooseServers(['kafka', 'rabbit'], [])).toThrow(
      /no server rabbit\..*postgres kafka redis opensearch s3 dynamodb/,
    );
  });
});

describe('a server that the environment names', () => {
  const found = {
    server: {
      configuredBy: 'REDIS_URL',
      variables: ({ ports }: { ports: Record<string, number> }) => ({
        REDIS_URL: `redis://127.0.0.1:${ports['server']}`,
      }),
    },
    record: { ports: { server: 4000 } },
    ports: { server: 4000 },
    folder: '/nowhere',
  };

  it("is not started when the address is somebody else's", () => {
    expect(isConfigured(found, { REDIS_URL: 'redis://cache.example:6379' })).toBe(true);
    expect(isConfigured({ ...found, record: {}, ports: {} }, { REDIS_URL: 'redis://127.0.0.1:4000' })).toBe(true);
  });

  it('is started when the address is our own of an earlier start', () => {
    expect(isConfigured(found, { REDIS_URL: 'redis://127.0.0.1:4000' })).toBe(false);
  });

  it('is started when there is no address, or an empty one', () => {
    expect(isConfigured(found, {})).toBe(false);
    expect(isConfigured(found, { REDIS_URL: '' })).toBe(false);
  });
});
