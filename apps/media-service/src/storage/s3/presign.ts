import type { GetObjectCommand, PutObjectCommand, S3Client, UploadPartCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

/** In seconds; a week is the limit of S3. With the keys of a role a link ends with their session, maybe sooner. */
const longestLife = 7 * 24 * 3_600;

/** Signs a request, including the headers that determine its bytes. Makes no call to the store. */
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
    // the SDK signs the type only when it is named; without a type in the command it would sign one of its own
    signableHeaders: new Set(['content-length', ...('ContentType' in command.input ? ['content-type'] : [])]),
    // as a header, so that the store compares it with the bytes
    unhoistableHeaders: new Set(['x-amz-checksum-sha256']),
  });
}
