export interface KafkaConfig {
  /** Some of the brokers, as `host:port`. The client finds the others through them. */
  readonly brokers: readonly string[];
  /** The name of this process in the brokers' logs and quotas. */
  readonly clientId: string;
  /** Prefix of topic and group names, for meshes that share brokers. May be empty. */
  readonly prefix: string;
  /** Whether to use TLS. `ca` is the PEM text of a certificate authority that the system does not know. */
  readonly tls?: boolean | { readonly ca: string };
  readonly sasl?: KafkaSasl;
  /** Partitions of a new topic: the most instances of a consumer that can share its work. */
  readonly partitions: number;
  /** Copies of each partition of a new topic. */
  readonly replication: number;
  readonly retentionHours: number;
}

/** How this process authenticates. `aws-iam` is for Amazon MSK and uses the credentials of the machine's role. */
export type KafkaSasl =
  | {
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
      readonly username: string;
      readonly password: string;
    }
  | { readonly mechanism: 'aws-iam'; readonly region: string };

/** Milliseconds. Tests shorten them. */
export interface KafkaTiming {
  /** A member that is silent for so long loses its partitions. Brokers accept nothing below 6 s. */
  readonly session: number;
  /** How long members may take to join again in a rebalance. */
  readonly rebalance: number;
  /** How long a broker holds a fetch without events. It bounds the heartbeat interval and the time to close. */
  readonly fetchWait: number;
  /** Delay before handled offsets are committed. */
  readonly commit: number;
  /** How long closing waits for running handlers. All of closing must fit into the time a process has to stop. */
  readonly finish: number;
  /** How often clients check for new partitions. */
  readonly metadataAge: number;
  /** A consumer that gets nothing for so long although brokers answer needs a restart of its process. */
  readonly giveUp: number;
  /** The same while no broker answers. A restart seldom helps then, so this is longer. */
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

/** Days. A broker deletes an event together with the last one of its segment, and a segment may cover a week. */
const segment = 7;

/** Days an inbox keeps ids: longer than a broker keeps events, because it may deliver old ones again. */
export const daysBeyond = (retentionHours: number): number => Math.ceil(retentionHours / 24) + segment + 1;

export const nameOnBroker = ({ prefix }: Pick<KafkaConfig, 'prefix'>, name: string): string => `${prefix}${name}`;
