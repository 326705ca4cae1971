import {
  type Api,
  type Endpoint,
  type ErrorCode,
  type FieldError,
  isGateway,
  type RefusalKind,
  refusalKinds,
} from '@mediamesh/contracts';
import { listFieldErrors } from './schema-errors.js';

/** One kind of refusal of an operation: the codes of the problem, and those in its `errors`. */
export interface DocumentedRefusal {
  readonly kind: RefusalKind;
  readonly codes: readonly ErrorCode[];
  readonly errors: readonly FieldError[];
}

/** Refusals that an endpoint declares, and those that guards, limits and parsers derive from its contract. */
export function refusalsOf(api: Api, endpoint: Endpoint): DocumentedRefusal[] {
  const { fields = [], reasons = [], inAnswer: _, ...declared } = endpoint.errors ?? {};
  const errors: Partial<Record<RefusalKind, readonly FieldError[]>> = {
    invalid: [...fieldsOf(endpoint), ...fields.map(pointAt)],
    conflict: reasons.map(pointAt),
  };
  const derived = derivedFrom(api, endpoint, (errors.invalid ?? []).length > 0);
  return (Object.keys(refusalKinds) as RefusalKind[]).flatMap((kind) => {
    const codes = [...new Set([...(declared[kind] ?? []), ...(derived[kind] ?? [])])];
    return codes.length > 0 ? [{ kind, codes, errors: errors[kind] ?? [] }] : [];
  });
}

type Codes = Partial<Record<RefusalKind, readonly ErrorCode[]>>;

function derivedFrom({ app }: Api, endpoint: Endpoint, mayBeInvalid: boolean): Codes {
  const { roles, open, ifMatch, limit, method, bytes } = endpoint;
  const isPublic = roles.includes('PUBLIC');
  const when = (applies: boolean | undefined, ...codes: ErrorCode[]): ErrorCode[] => (applies ? codes : []);
  const takesBody = method !== 'GET';
  return {
    malformed: when(takesBody || ifMatch, 'request.malformed'),
    // An invalid token is refused even where none is needed.
    unauthenticated: [
      ...when(!isGateway(app) && !open, 'auth.service_required'),
      ...when(!isPublic, 'auth.required'),
      'auth.invalid_token',
    ],
    forbidden: when(!isPublic, 'auth.not_allowed'),
    timeout: when(takesBody, 'request.timeout'),
    stale: when(ifMatch, 'request.stale'),
    tooLarge: when(takesBody, 'request.too_large'),
    unsupportedMediaType: when(takesBody && bytes !== 'in' && bytes !== 'both', 'request.unsupported_media_type'),
    rangeNotSatisfiable: when(bytes === 'out' || bytes === 'both', 'request.range_not_satisfiable'),
    invalid: when(mayBeInvalid, 'request.invalid'),
    preconditionRequired: when(ifMatch, 'request.if_match_required'),
    limited: when(limit !== undefined, 'request.limited'),
    unavailable: ['request.unavailable'],
  };
}

const unknownQuery: FieldError = { pointer: '/query/page', code: 'field.unknown' };
const wrongCursor: FieldError = { pointer: '/query/cursor', code: 'cursor.invalid' };

const fieldsOf = ({ params, query, body }: Endpoint): FieldError[] => [
  ...(params ? listFieldErrors(params, '/params') : []),
  ...(query ? listFieldErrors(query, '/query') : [unknownQuery]),
  ...(query?.shape['cursor'] ? [wrongCursor] : []),
  ...(body ? listFieldErrors(body, '') : []),
];

const pointAt = (code: ErrorCode): FieldError => ({ pointer: pointers[code] ?? '', code });

/** Pointers of declared codes, for examples. */
const pointers: Partial<Record<ErrorCode, string>> = {
  'category.unknown': '/category',
  'asset.not_found': '/coverAssetId',
  'asset.kind_mismatch': '/media/assetId',
  'asset.type_not_allowed': '/type',
  'cursor.expired': '/query/cursor',
  'episode.number_taken': '/number',
  'program.language_missing': '/languages/0',
  'program.not_found': '/programId',
  'slug.malformed': '/localizations/ar/slug',
  'slug.reserved': '/localizations/en/slug',
  'slug.taken': '/localizations/ar/slug',
  'readiness.title_missing': '/localizations/en/title',
  'readiness.cover_missing': '/coverAssetId',
  'source.url_not_allowed': '/url',
  'user.email_malformed': '/email',
};
