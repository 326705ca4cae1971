import type { JsonSchema, Reader } from './promised-shapes.js';

interface Comparison {
  readonly reader: Reader;
  readonly before: JsonSchema;
  readonly after: JsonSchema;
}

/** Keywords without effect on the shape. */
const annotations = new Set([
  '$schema',
  '$id',
  'id',
  'title',
  'description',
  'default',
  'example',
  'examples',
  'deprecated',
  '$defs',
]);
/** Keywords with rules of their own; every other keyword must stay the same. */
const compared = new Set([
  'type',
  'const',
  'enum',
  'anyOf',
  'oneOf',
  'properties',
  'required',
  'additionalProperties',
  'items',
]);

/**
 * The changes from `before` to `after` that break a reader, one sentence each; empty if the shape only grew.
 *
 * - For every reader: a field is removed, renamed or now optional; a value is narrowed, has another type or may be
 *   `null`.
 * - For a consumer also: new values, and fields that are now required. It may be older or newer than the events it
 *   reads, so only optional new fields are safe.
 * - For a caller, new fields, new values of a closed list and fields that are now always there are safe.
 */
export function listBreaks(reader: Reader, before: JsonSchema, after: JsonSchema): string[] {
  return compare({ reader, before, after }, '', before, after);
}

function compare(comparison: Comparison, at: string, before: JsonSchema, after: JsonSchema): string[] {
  const earlier = listForms(before, comparison.before);
  const later = listForms(after, comparison.after);
  const [only] = earlier;
  const [other] = later;
  if (only && other && earlier.length === 1 && later.length === 1) return compareForms(comparison, at, only, other);

  const known = nameForms(earlier);
  const now = nameForms(later);
  return [
    ...[...known].flatMap(([name, form]) => {
      const same = now.get(name);
      return same ? compareForms(comparison, at, form, same) : [`${place(at)} can no longer be ${name}`];
    }),
    ...[...now].flatMap(([name, form]) =>
      known.has(name) || mayAppear(comparison.reader, form, earlier) ? [] : [`${place(at)} may now be ${name}`],
    ),
  ];
}

/** Each alternative and each type of a value, with references resolved. */
function listForms(schema: JsonSchema, root: JsonSchema): JsonSchema[] {
  if (schema.$ref !== undefined) {
    const definition = root.$defs?.[schema.$ref.replace('#/$defs/', '')];
    if (!definition) throw new Error(`${schema.$ref} leads nowhere`);
    return listForms(definition, root);
  }
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return alternatives.flatMap((alternative) => listForms(alternative, root));
  return Array.isArray(schema.type) ? schema.type.map((type: string) => ({ ...schema, type })) : [schema];
}

/** Forms by type, and for objects by their constant fields; forms with the same name get a number. */
function nameForms(forms: readonly JsonSchema[]): Map<string, JsonSchema> {
  const named = new Map<string, JsonSchema>();
  for (const form of forms) {
    const tag = tagOf(form);
    const name = tag === '' ? String(form.type ?? 'anything') : tag;
    const same = [...named.keys()].filter((key) => key === name || key.startsWith(`${name} #`)).length;
    named.set(same === 0 ? name : `${name} #${same + 1}`, form);
  }
  return named;
}

const tagOf = ({ properties = {} }: JsonSchema): string =>
  Object.entries(properties)
    .flatMap(([name, { const: value }]) => (value === undefined ? [] : [`${name} ${show(value)}`]))
    .join(', ');

/** To a caller, another kind of tagged object is like a new value of a closed list. */
const mayAppear = (reader: Reader, form: JsonSchema, earlier: readonly JsonSchema[]): boolean =>
  reader === 'caller' && tagOf(form) !== '' && earlier.some((one) => tagOf(one) !== '');

function compareForms(comparison: Comparison, at: string, before: JsonSchema, after: JsonSchema): string[] {
  if (comparison.reader === 'caller' && isAnything(before)) return [];
  if (before.type !== after.type)
    return [`${place(at)} was ${show(before.type ?? 'anything')} and is now ${show(after.type ?? 'anything')}`];
  return [
    ...compareValues(comparison, at, before, after),
    ...compareFields(comparison, at, before, after),
    ...compareRest(comparison, at, before, after),
    ...compareKeywords(at, before, after),
  ];
}

const isAnything = (schema: JsonSchema): boolean => Object.keys(schema).every((keyword) => annotations.has(keyword));

function compareValues({ reader }: Comparison, at: string, before: JsonSchema, after: JsonSchema): string[] {
  const earlier = valuesOf(before);
  const later = valuesOf(after);
  if (!earlier && !later) return [];
  if (!earlier || !later)
    return [
      later ? `${place(at)} is now limited to ${show(later)}` : `${place(at)} is no longer limited to ${show(earlier)}`,
    ];
  const gone = earlier.filter((value) => !later.includes(value));
  const fresh = reader === 'consumer' ? later.filter((value) => !earlier.includes(value)) : [];
  return [
    ...gone.map((value) => `${place(at)} can no longer be ${show(value)}`),
    ...fresh.map((value) => `${place(at)} may now be ${show(value)}`),
  ];
}

const valuesOf = ({ const: value, enum: values }: JsonSchema): readonly unknown[] | undefined =>
  value === undefined ? values : [value];

function compareFields(comparison: Comparison, at: string, before: JsonSchema, after: JsonSchema): string[] {
  const isConsumer = comparison.reader === 'consumer';
  const needed = new Set(before.required);
  const neededNow = new Set(after.required);
  const kept = Object.entries(before.properties ?? {}).flatMap(([name, field]) => {
    const path = join(at, name);
    const now = after.properties?.[name];
    if (!now) return [`${path} is gone`];
    const presence =
      needed.has(name) === neededNow.has(name)
        ? []
        : needed.has(name)
          ? [`${path} may now be missing`]
          : isConsumer
            ? [`${path} is now required`]
            : [];
    return [...presence, ...compare(comparison, path, field, now)];
  });
  const added = Object.keys(after.properties ?? {}).filter(
    (name) => isConsumer && !Object.hasOwn(before.properties ?? {}, name) && neededNow.has(name),
  );
  return [...kept, ...added.map((name) => `${join(at, name)} is new and required`)];
}

/** Compares the entries of a list, and the values of undeclared keys. */
function compareRest(comparison: Comparison, at: string, before: JsonSchema, after: JsonSchema): string[] {
  const { items, additionalProperties: values } = before;
  const entries =
    items && after.items
      ? compare(comparison, `${at}[]`, items, after.items)
      : items || after.items
        ? [`${place(at)} has entries of another kind`]
        : [];
  if (comparison.reader === 'consumer' && values !== false && after.additionalProperties === false)
    return [...entries, `${place(at)} refuses fields it does not know`];
  const later = after.additionalProperties;
  if (!isSchema(values))
    return isSchema(later) && comparison.reader === 'consumer'
      ? [...entries, `${place(at)} limits fields it does not know`]
      : entries;
  return [
    ...entries,
    ...(isSchema(later) ? compare(comparison, join(at, '*'), values, later) : [`${join(at, '*')} is gone`]),
  ];
}

const isSchema = (value: JsonSchema['additionalProperties']): value is JsonSchema => typeof value === 'object';

function compareKeywords(at: string, before: JsonSchema, after: JsonSchema): string[] {
  const keywords = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (keyword) => !annotations.has(keyword) && !compared.has(keyword),
  );
  return keywords
    .filter((keyword) => show(before[keyword]) !== show(after[keyword]))
    .map((keyword) => `${place(at)}: ${keyword} was ${show(before[keyword])} and is now ${show(after[keyword])}`);
}

const join = (at: string, name: string): string => (at === '' ? name : `${at}.${name}`);
const place = (at: string): string => (at === '' ? 'the whole' : at);
const show = (value: unknown): string =>
  value === undefined ? 'not limited' : typeof value === 'string' ? value : JSON.stringify(value);
