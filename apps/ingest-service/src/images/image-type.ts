/** Image types by their first bytes, because servers often declare a wrong type. */
const signatures: readonly (readonly [type: string, signature: RegExp])[] = [
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/png', /^\x89PNG\r\n\x1a\n/],
  ['image/webp', /^RIFF.{4}WEBP/s],
];

export function imageTypeOf(bytes: Buffer): string | undefined {
  const start = bytes.subarray(0, 12).toString('latin1');
  return signatures.find(([, signature]) => signature.test(start))?.[0];
}
