import type { GetObjectCommand, PutObjectCommand, S3Client, UploadPartCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

/** What S3 allows: a week. With the keys of a role a link dies with their session, which may be sooner. In seconds. */
const longestLife = 7 * 24 * 3_600;

/**
 * Signs a request, the headers that bind its bytes included, for whoever holds the link. Nothing is asked of the store.
 */
export function presign(
  signer: S3Client,
  command: GetObjectCommand | PutObjectCommand | UploadPartCommand,
  { expiresAt, now }: { expiresAt: Date; now: number },
): Promise<string> {
  const left = Math.floor((expiresAt.getTime() - now) / 1000);
  if (left < 1) throw new Error('A link would have expired already');
  return getSignedUrl(signer, command as PutObjectCommand, {
    signingDate: new Date(now),
    expiresIn: Math.min(left, longestLife),
    // Named, because the SDK leaves the type out otherwise; a type that the command does not name would be one of its
    // own.
    signableHeaders: new Set(['content-length', ...('ContentType' in command.input ? ['content-type'] : [])]),
    // To be sent as the header it is, so that the store compares it with the bytes.
    unhoistableHeaders: new Set(['x-amz-checksum-sha256']),
  });
}
