/** A problem of an app's dependency and its remedy, for operators. Neither text contains a secret. */
export interface ResourceProblem {
  readonly problem: string;
  readonly remedy: string;
  /** Whether the app cannot work meanwhile and must get no traffic. An unreachable broker only delays events. */
  readonly blocks: boolean;
}

/** An external dependency that has to be set up: a topic, an index, a bucket, a table. */
export interface Resource {
  /** For operators: `index mediamesh on http://127.0.0.1:9200`. */
  readonly name: string;
  /** Creates what is missing and changes nothing that exists. Safe to run concurrently. */
  prepare(): Promise<void>;
  /** Changes nothing that others depend on. Resolves within two seconds and never rejects. */
  check(): Promise<readonly ResourceProblem[]>;
  close(): Promise<void>;
}
