import { createHash } from 'node:crypto';
import { unavailable } from '@mediamesh/contracts';
import type { DynamoDb } from '@mediamesh/dynamodb';
import { extentOf, type LimitPolicy } from '../limit-policy.js';
import { LimitStore, type TryResult } from '../limit-store.js';
import { limitTable } from './limit-table.js';
import { type Count, type Step, stepsOf } from './steps.js';

/** Another caller can interfere between the two steps only when a count starts. */
const mostRounds = 4;

/**
 * Counts in DynamoDB, shared by all instances. A try is one conditional update, or two when a count starts. It is exact
 * under any concurrency, because DynamoDB does the arithmetic.
 *
 * Limits: DynamoDB provides no time, so the caller's clock counts. A gateway whose clock is a second ahead makes the
 * others refuse for a second longer, and never allow more; clocks need NTP. A key takes at most 1,000 tries a second.
 */
export class DynamoDbLimitStore extends LimitStore {
  /** @param clock Epoch milliseconds. */
  constructor(
    private readonly db: DynamoDb,
    private readonly clock: () => number = Date.now,
  ) {
    super();
  }

  override async take(key: string, policy: LimitPolicy): Promise<TryResult> {
    const now = this.clock();
    const { goOn, begin, judge } = stepsOf(policy, now);
    for (let round = 0; round < mostRounds; round += 1) {
      const further = await this.try(key, goOn, policy, now);
      if (further.isDone) return judge(further.item, true);
      if (further.item && further.item.until > now) return judge(further.item, false);
      const first = await this.try(key, begin, policy, now);
      if (first.isDone) return judge(first.item, true);
    }
    throw unavailable('request.unavailable', {
      retryAfter: 1,
      cause: new Error('A count in DynamoDB was begun anew by others too often'),
    });
  }

  override close(): Promise<void> {
    return this.db.close();
  }

  private try(key: string, { update, condition, values }: Step, policy: LimitPolicy, now: number) {
    return this.db.update<Count>({
      table: limitTable.name,
      key: { [limitTable.partitionKey]: digest(key) },
      update: `${update}, expires = :expires`,
      condition,
      names: { '#until': 'until' },
      // by then the whole limit is available again, whatever is taken now
      values: { ...values, ':now': now, ':expires': Math.ceil(now / 1000) + 2 * extentOf(policy).seconds + 60 },
    });
  }
}

/** Keys contain personal data such as addresses, which must not be stored. */
const digest = (key: string): string => createHash('sha256').update(key).digest('base64url');
