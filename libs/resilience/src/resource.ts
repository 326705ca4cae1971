/** What is wrong with something an app stands on, and what a person can do about it. Neither holds a secret. */
export interface ResourceProblem {
  readonly problem: string;
  readonly remedy: string;
  /**
   * Whether the app cannot do its work meanwhile, so that it must not be sent any: a broker that is away only delays
   * facts.
   */
  readonly blocks: boolean;
}

/**
 * Something outside the process that an app stands on and that has a shape to be made: a topic, an index, a bucket, a
 * table.
 */
export interface Resource {
  /** For people: `index mediamesh on http://127.0.0.1:9200`. */
  readonly name: string;
  /** Makes what is missing and changes nothing that is there, whoever else does the same at this moment. */
  prepare(): Promise<void>;
  /**
   * Looks without changing anything that anybody relies on; answers within two seconds, also when nobody is there, and
   * never rejects.
   */
  check(): Promise<readonly ResourceProblem[]>;
  close(): Promise<void>;
}
