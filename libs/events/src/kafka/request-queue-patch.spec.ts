import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { eventually } from '@mediamesh/testing';
import kafkajs from 'kafkajs';
import { patchedVersion, patchRequestQueue } from './request-queue-patch.js';

interface Queue {
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
  maybeThrottle(milliseconds: number): void;
  push(request: object): void;
}
const require = createRequire(import.meta.url);
const RequestQueue = require('kafkajs/src/network/requestQueue') as new (options: object) => Queue;
const logger = { debug: () => undefined, warn: () => undefined };
const createQueue = (): Queue =>
  new RequestQueue({
    maxInFlightRequests: null,
    requestTimeout: 1_000,
    enforceRequestTimeout: true,
    clientId: 'test',
    broker: 'test',
    logger,
  });

describe('the patch of kafkajs', () => {
  it('is for the installed version: look at its request queue again before this changes', () => {
    const { version } = require('kafkajs/package.json') as { version: string };
    expect(version).toBe(patchedVersion);
    expect(patchRequestQueue()).toBe(true);
  });

  it('sets no timer while nothing is pending', () => {
    patchRequestQueue();
    const queue = createQueue();
    queue.checkPendingRequests();
    expect(queue.throttleCheckTimeoutId).toBeNull();
  });

  it('still sends what a broker made wait', async () => {
    patchRequestQueue();
    const queue = createQueue();
    const sent: number[] = [];
    queue.maybeThrottle(20);
    queue.push({
      entry: { correlationId: 1, resolve: () => undefined, reject: () => undefined },
      expectResponse: true,
      sendRequest: () => sent.push(performance.now()),
    });
    expect(sent).toEqual([]);
    await eventually(
      () => sent,
      (all) => all.length === 1,
      'the request was sent',
    );
    expect(queue.throttleCheckTimeoutId).toBeNull();
  });
});

/** From the tests of the Java client (`UtilsTest.testMurmur2`): what every other producer thinks of these keys. */
const hashes: [string, number][] = [
  ['21', -973_932_308],
  ['foobar', -790_332_482],
  ['a-little-bit-long-string', -985_981_536],
  ['a-little-bit-longer-string', -1_486_304_829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58_897_971],
  ['abc', 479_470_107],
];

describe('the partition of a key', () => {
  it.each(hashes)('is the one the Java client chooses: %s', (key, hash) => {
    const choose = kafkajs.Partitioners.DefaultPartitioner();
    for (const partitions of [1, 3, 12, 100]) {
      const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
        partitionId,
        leader: 1,
        partitionErrorCode: 0,
        replicas: [1],
        isr: [1],
      }));
      expect(choose({ topic: 't', partitionMetadata, message: { key, value: '' } })).toBe(
        (hash & 0x7fffffff) % partitions,
      );
    }
  });
});
