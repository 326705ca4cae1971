import { createHash } from 'node:crypto';
import { unavailable } from '@mediamesh/contracts';
import type { DynamoDb } from '@mediamesh/dynamodb';
import { extentOf, type LimitPolicy } from '../limit-policy.js';
import { LimitStore, type TryResult } from '../limit-store.js';
import { limitTable } from './limit-table.js';
import { type Count, type Step, stepsOf } from './steps.js';

/** Somebody else can come between two steps only when a count begins anew. */
const mostRounds = 4;

/**
 * Counts shared by all instances, in DynamoDB: one conditional request for a try in the common case, two when a count
 * begins or a try is refused at its beginning. Exact under any number of tries at once, because each step is arithmetic
 * inside DynamoDB.
 *
 * Its limit: DynamoDB tells nobody the time, so the time is the caller's. A gateway whose clock runs ahead by a second
 * makes the others refuse for a second longer, never allow more; clocks are to be kept in step (NTP). A key takes 1,000
 * tries a second at the most.
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
      // until then everything is allowed again, whatever is taken now
      values: { ...values, ':now': now, ':expires': Math.ceil(now / 1000) + 2 * extentOf(policy).seconds + 60 },
    });
  }
}

/** Keys name people and their addresses; what is stored does not. */
const digest = (key: string): string => createHash('sha256').update(key).digest('base64url');
