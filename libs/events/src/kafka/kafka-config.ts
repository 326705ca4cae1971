/** How to reach the brokers and what is asked of them. */
export interface KafkaConfig {
  /** Some of the brokers, as `host:port`; they name the others. */
  readonly brokers: readonly string[];
  /** What brokers call this process in their logs and quotas. */
  readonly clientId: string;
  /** Stands before the names of topics and groups, where meshes share brokers; may be empty. */
  readonly prefix: string;
  /**
   * Whether connections are encrypted; `ca` is the text of the authority's certificate, where it is not one the system
   * knows.
   */
  readonly tls?: boolean | { readonly ca: string };
  readonly sasl?: KafkaSasl;
  /** Partitions of a topic that is made: the most instances of a consumer that share its work. */
  readonly partitions: number;
  /** Copies of each partition of a topic that is made. */
  readonly replication: number;
  readonly retentionHours: number;
}

/**
 * How this process proves who it is. `aws-iam` is for Amazon MSK and takes the credentials of the machine's own role.
 */
export type KafkaSasl =
  | {
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
      readonly username: string;
      readonly password: string;
    }
  | { readonly mechanism: 'aws-iam'; readonly region: string };

/** Milliseconds; those given replace the defaults. Tests shorten them. */
export interface KafkaTiming {
  /** After this silence of a member its partitions go to others. Brokers take nothing below 6 s. */
  readonly session: number;
  /** How long the members of a group may take to join again when one comes or goes. */
  readonly rebalance: number;
  /**
   * How long a broker holds the answer to a fetch while there is nothing; bounds heartbeats and how long closing takes.
   */
  readonly fetchWait: number;
  /** How often what was handled is reported to the broker. */
  readonly commit: number;
  /**
   * How long closing waits for handlers under way: with what comes before and after it, less than a process may take to
   * stop.
   */
  readonly finish: number;
  /** How often clients look for new partitions. */
  readonly metadataAge: number;
  /** Brokers answer and a consumer still gets nothing for so long: its process had better end and be started again. */
  readonly giveUp: number;
  /** No broker answers for so long; starting again seldom helps, so this is more patient. */
  readonly giveUpUnreachable: number;
}

export const usualTiming: KafkaTiming = {
  session: 6_000,
  rebalance: 6_000,
  fetchWait: 1_500,
  commit: 200,
  finish: 10_000,
  metadataAge: 30_000,
  giveUp: 60_000,
  giveUpUnreachable: 15 * 60_000,
};

/** Days. A broker forgets an event together with the last one of its segment, and a segment may be a week long. */
const segment = 7;

/**
 * How many days an inbox remembers an event that a broker may bring once more, such as after offsets were lost: longer
 * than the broker itself does.
 */
export const daysBeyond = (retentionHours: number): number => Math.ceil(retentionHours / 24) + segment + 1;

/** A topic's or group's name on the brokers. */
export const nameOnBroker = ({ prefix }: Pick<KafkaConfig, 'prefix'>, name: string): string => `${prefix}${name}`;
