/** Longer tokens are refused before any decoding. Tokens of this mesh have well under 1,000 characters. */
const longestToken = 4096;

const compactForm = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/;
const knownNames = new Set(['alg', 'typ', 'kid']);

export interface TokenHeader {
  readonly typ: string | undefined;
  readonly kid: string;
}

/**
 * The header of a compact RS256 token (RFC 7515), or `undefined` for any other text. Only `alg`, `typ` and `kid` are
 * allowed, so the sender can choose no `jku`, `x5u`, `jwk` or `crit`. The base64url of all three parts must be
 * canonical, so that a token has exactly one spelling.
 */
export function readTokenHeader(token: string): TokenHeader | undefined {
  const parts = token.length <= longestToken ? compactForm.exec(token) : null;
  if (!parts?.slice(1).every(isCanonical)) return undefined;
  const header = parseObject(Buffer.from(parts[1] ?? '', 'base64url').toString());
  if (!header || !Object.keys(header).every((name) => knownNames.has(name))) return undefined;
  const { alg, typ, kid } = header;
  if (alg !== 'RS256' || typeof kid !== 'string' || (typ !== undefined && typeof typ !== 'string')) return undefined;
  return { typ, kid };
}

const isCanonical = (part: string): boolean => Buffer.from(part, 'base64url').toString('base64url') === part;

function parseObject(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
