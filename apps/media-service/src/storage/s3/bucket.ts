import {
  type BucketLocationConstraint,
  type CORSRule,
  CreateBucketCommand,
  GetBucketCorsCommand,
  GetBucketLifecycleConfigurationCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  type LifecycleRule,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Refusal } from '@mediamesh/contracts';
import type { Logger } from '@mediamesh/observability';
import { lookRarely, type Resource, type ResourceProblem } from '@mediamesh/resilience';
import { ask, askFor, createS3Client, type S3Options, slow, statusOf } from './client.js';

/** Lifecycle rules that delete unfinished multipart uploads, and direct uploads that were never taken. */
const lifecycle: LifecycleRule[] = [
  {
    ID: 'unfinished-uploads',
    Status: 'Enabled',
    Filter: { Prefix: '' },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 },
  },
  { ID: 'forgotten-uploads', Status: 'Enabled', Filter: { Prefix: 'incoming/' }, Expiration: { Days: 2 } },
];
/** Any origin may use a link, because the signature in it is the permission. */
const cors: CORSRule[] = [
  {
    AllowedMethods: ['PUT', 'GET', 'HEAD'],
    AllowedOrigins: ['*'],
    AllowedHeaders: ['*'],
    ExposeHeaders: ['etag'],
    MaxAgeSeconds: 3_600,
  },
];

/** In milliseconds; a resource check must answer within two seconds. */
const patience = 1_800;
/** How long sufficient permissions are cached, in milliseconds. */
const remembered = 30_000;
const nobody = 'mediamesh-check';

/** Checks and prepares the bucket: it exists in the region, is readable and writable, and has its lifecycle rules. */
export class S3Bucket implements Resource {
  private readonly client: S3Client;
  private readonly bucket: string;
  private look = this.startLooking();

  constructor(
    readonly name: string,
    private readonly options: S3Options,
    private readonly logger: Logger,
  ) {
    this.client = createS3Client(options, options.endpoint);
    this.bucket = options.bucket;
  }

  /** Existing rules stay. A server without support for rules, or keys without that permission, are accepted. */
  async prepare(): Promise<void> {
    try {
      await this.makeBucket();
    } catch (cause) {
      const { problem, remedy } = this.explain(cause);
      throw new Error(`${problem}. ${remedy}.`, { cause });
    }
    await this.rule('lifecycle', async () => {
      const existing = await this.readLifecycle();
      const missing = lifecycle.filter(({ ID }) => !existing.some((rule) => rule.ID === ID));
      if (missing.length === 0) return;
      const Rules = [...existing, ...missing];
      await ask((options) =>
        this.client.send(
          new PutBucketLifecycleConfigurationCommand({ Bucket: this.bucket, LifecycleConfiguration: { Rules } }),
          options,
        ),
      );
    });
    await this.rule('CORS', async () => {
      if (
        await askFor(['NoSuchCORSConfiguration'], (options) =>
          this.client.send(new GetBucketCorsCommand({ Bucket: this.bucket }), options),
        )
      )
        return;
      await ask((options) =>
        this.client.send(
          new PutBucketCorsCommand({ Bucket: this.bucket, CORSConfiguration: { CORSRules: cors } }),
          options,
        ),
      );
    });
  }

  async check(): Promise<readonly ResourceProblem[]> {
    const reaching = ask(
      (options) => this.client.send(new HeadBucketCommand({ Bucket: this.bucket }), options),
      patience,
    );
    const [away, found] = await Promise.all([
      reaching.then(
        () => undefined,
        (error: unknown) => this.explain(error),
      ),
      this.look(),
    ]);
    if (!away) return found;
    // after an outage it may be another bucket, or have other rules
    this.look = this.startLooking();
    return [away];
  }

  close(): Promise<void> {
    this.client.destroy();
    return Promise.resolve();
  }

  private async makeBucket(): Promise<void> {
    if (
      await askFor(['NotFound'], (options) => this.client.send(new HeadBucketCommand({ Bucket: this.bucket }), options))
    )
      return;
    const { region } = this.options;
    const where =
      region === 'us-east-1'
        ? {}
        : { CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint } };
    await askFor(
      ['BucketAlreadyOwnedByYou'],
      (options) => this.client.send(new CreateBucketCommand({ Bucket: this.bucket, ...where }), options),
      slow,
    );
  }

  /** Checks the permissions with an empty cache. */
  private startLooking(): () => Promise<readonly ResourceProblem[]> {
    return lookRarely(remembered, async () =>
      (await Promise.all([this.checkReading(), this.checkWriting(), this.checkLifecycle()])).flat(),
    );
  }

  private async checkReading(): Promise<ResourceProblem[]> {
    const forbidden = await this.isForbidden((options) =>
      this.client.send(new HeadObjectCommand({ Bucket: this.bucket, Key: nobody }), options),
    );
    return forbidden
      ? [
          {
            problem: `${this.name} may not be read`,
            remedy: 'Allow these keys s3:GetObject and s3:ListBucket',
            blocks: true,
          },
        ]
      : [];
  }

  /** Uploads a part to a missing upload: nothing changes, and the error shows whether writing is allowed. */
  private async checkWriting(): Promise<ResourceProblem[]> {
    const command = new UploadPartCommand({
      Bucket: this.bucket,
      Key: nobody,
      UploadId: nobody,
      PartNumber: 1,
      Body: '',
    });
    const forbidden = await this.isForbidden((options) => this.client.send(command, options));
    return forbidden
      ? [
          {
            problem: `${this.name} may be read but not written`,
            remedy: 'Allow these keys s3:PutObject, s3:DeleteObject and s3:AbortMultipartUpload',
            blocks: true,
          },
        ]
      : [];
  }

  private async checkLifecycle(): Promise<ResourceProblem[]> {
    try {
      const rules = await this.readLifecycle(patience);
      if (
        rules.some(
          ({ AbortIncompleteMultipartUpload, Status }) => AbortIncompleteMultipartUpload && Status === 'Enabled',
        )
      )
        return [];
      const remedy =
        'Run `npm run mesh -- migrate`, or give the bucket a lifecycle rule ' +
        'that aborts incomplete multipart uploads after two days';
      return [{ problem: `${this.name} keeps the parts of unfinished uploads for ever`, remedy, blocks: false }];
    } catch {
      const remedy =
        'Allow these keys s3:GetLifecycleConfiguration, or see to it that ' +
        'incomplete multipart uploads are aborted after two days';
      return [{ problem: `${this.name} does not tell whether it ends unfinished uploads`, remedy, blocks: false }];
    }
  }

  private async readLifecycle(within?: number): Promise<LifecycleRule[]> {
    const command = new GetBucketLifecycleConfigurationCommand({ Bucket: this.bucket });
    return (
      (await askFor(['NoSuchLifecycleConfiguration'], (options) => this.client.send(command, options), within))
        ?.Rules ?? []
    );
  }

  private async isForbidden(call: Parameters<typeof ask>[0]): Promise<boolean> {
    return ask(call, patience).then(
      () => false,
      (error: unknown) => statusOf(causeOf(error)) === 403,
    );
  }

  private async rule(name: string, make: () => Promise<void>): Promise<void> {
    await make().catch((error: unknown) =>
      this.logger.warn(`the ${name} rules of the bucket could not be made`, { bucket: this.bucket, error }),
    );
  }

  private explain(error: unknown): ResourceProblem {
    const status = statusOf(causeOf(error));
    const setting = { endpoint: this.options.endpoint ?? 'AWS', region: this.options.region };
    if (status === 404)
      return {
        problem: `${this.name} does not exist`,
        remedy: 'Run `npm run mesh -- migrate`, or correct S3_BUCKET',
        blocks: true,
      };
    if (status === 403)
      return {
        problem: `${this.name} may not be used with these keys`,
        remedy:
          'Correct S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, or allow them s3:ListBucket; ' +
          'the clocks may differ by 15 minutes at most',
        blocks: true,
      };
    if (status === 409)
      return { problem: `${this.name} belongs to somebody else`, remedy: 'Choose another S3_BUCKET', blocks: true };
    if (status === 301 || status === 400)
      return { problem: `${this.name} is not in region ${setting.region}`, remedy: 'Correct S3_REGION', blocks: true };
    return {
      problem: `${this.name} does not answer`,
      remedy: `See whether the object store at ${setting.endpoint} runs and S3_ENDPOINT is right`,
      blocks: true,
    };
  }
}

const causeOf = (error: unknown): unknown => (error instanceof Refusal ? error.cause : error);
