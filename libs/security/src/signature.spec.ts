import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { describeWithTestData } from '@mediamesh/testing';
import { z } from 'zod';
import { JwksKeys } from './jwks-keys.js';
import { createSignatureCheck } from './signature.js';

const Group = z.object({
  comment: z.string(),
  public: z.record(z.string(), z.unknown()).optional(),
  tests: z.array(
    z.object({ tcId: z.int(), comment: z.string(), jws: z.unknown().optional(), result: z.enum(['valid', 'invalid']) }),
  ),
});
type Group = z.output<typeof Group>;

/** The RSA groups of a file, with the public key or key set of each. */
function readGroups(path: string): Group[] {
  const { testGroups } = z.object({ testGroups: z.array(Group) }).parse(JSON.parse(readFileSync(path, 'utf8')));
  return testGroups.filter((group) => JSON.stringify(group.public ?? {}).includes('"RSA"'));
}

const keysOf = ({ public: key = {} }: Group): unknown[] => (Array.isArray(key.keys) ? key.keys : [key]);
const isOurs = (group: Group): boolean =>
  keysOf(group).every((key) => ['RS256', undefined].includes(z.object({ alg: z.string().optional() }).parse(key).alg));

const check = (group: Group) =>
  createSignatureCheck({
    keys: new JwksKeys({ clock: Date.now, fetchKeys: () => Promise.resolve({ keys: keysOf(group) }) }),
  });
const files = ['json_web_signature_test.json', 'json_web_key_test.json', 'json_web_crypto_test.json'];

/** Keys whose weakness lies in their factors (ROCA): auth-service makes its own, so we do not look for it. */
const weakFactors = 'jws_rsa_roca_key';

describeWithTestData('attack-jwt-wycheproof', 'signatures of the Wycheproof collection', (folder) => {
  it('are accepted where they are valid RS256 and refused everywhere else', async () => {
    const groups = files
      .flatMap((file) => readGroups(join(folder, file)))
      .filter(({ comment }) => comment !== weakFactors);
    const wrong: string[] = [];
    let accepted = 0;
    for (const group of groups) {
      for (const { jws, result, tcId, comment } of group.tests) {
        const isAccepted = await check(group)(typeof jws === 'string' ? jws : JSON.stringify(jws)).then(
          () => true,
          () => false,
        );
        if (isAccepted) accepted += 1;
        if (isAccepted !== (result === 'valid' && isOurs(group))) wrong.push(`${group.comment} ${tcId} ${comment}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(accepted).toBeGreaterThan(3);
  });
});
