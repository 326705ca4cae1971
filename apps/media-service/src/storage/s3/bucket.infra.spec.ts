import { randomBytes } from 'node:crypto';
import {
  DeleteBucketCommand,
  GetBucketLifecycleConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
} from '@aws-sdk/client-s3';
import { expect, it } from '@jest/globals';
import { silentLogger } from '@mediamesh/observability';
import { describeWithServer, lookAt } from '@mediamesh/testing';
import { S3Bucket } from './bucket.js';
import { createS3Client } from './client.js';

describeWithServer('s3', 'the bucket on S3', (endpoint = '', accessKeyId = '', secretAccessKey = '') => {
  const options = {
    endpoint,
    region: 'us-east-1',
    bucket: `mediamesh-test-${randomBytes(6).toString('hex')}`,
    pathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  };
  const open = (more: Partial<typeof options> = {}) =>
    new S3Bucket('the bucket', { ...options, ...more }, silentLogger);

  it('is missed, made by all who want it at once, and then fine', async () => {
    const [one, other] = [open(), open()];
    expect(await lookAt(one)).toMatchObject([{ problem: 'the bucket does not exist', blocks: true }]);
    await Promise.all([one.prepare(), other.prepare()]);
    expect([await lookAt(one), await lookAt(other)]).toEqual([[], []]);
    const client = createS3Client(options, endpoint);
    await client.send(new DeleteBucketCommand({ Bucket: options.bucket }));
    expect(await lookAt(one)).toMatchObject([{ problem: 'the bucket does not exist' }]);
  });

  it('keeps the rules it has, and gets those it lacks', async () => {
    const bucket = open();
    await bucket.prepare();
    const client = createS3Client(options, endpoint);
    const own = { ID: 'own', Status: 'Enabled' as const, Filter: { Prefix: 'logs/' }, Expiration: { Days: 9 } };
    await client.send(
      new PutBucketLifecycleConfigurationCommand({ Bucket: options.bucket, LifecycleConfiguration: { Rules: [own] } }),
    );
    expect(await lookAt(open())).toMatchObject([
      { problem: 'the bucket keeps the parts of unfinished uploads for ever', blocks: false },
    ]);
    await bucket.prepare();
    const { Rules = [] } = await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket: options.bucket }));
    expect(Rules.map(({ ID }) => ID).sort()).toEqual(['forgotten-uploads', 'own', 'unfinished-uploads']);
    await client.send(new DeleteBucketCommand({ Bucket: options.bucket }));
  });

  it('is not for wrong keys, and says so without telling them', async () => {
    const problems = await lookAt(open({ credentials: { accessKeyId, secretAccessKey: 'a wrong secret' } }));
    expect(problems).toMatchObject([{ problem: 'the bucket may not be used with these keys', blocks: true }]);
    expect(JSON.stringify(problems)).not.toContain('a wrong secret');
  });
});
