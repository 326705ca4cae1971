import { aliasesOf, readGeneration } from './index-shape.js';
import { engineAway, type OpenSearchEngine, patience } from './engine.js';

/** An index behind an alias; `generation` is undefined for another layout. */
export interface NamedIndex {
  readonly index: string;
  readonly generation: string | undefined;
}

export interface LiveIndexes {
  /** More than one only for the moment in which two processes create the first index. */
  readonly live: readonly NamedIndex[];
  /** More than one only after a manual change. */
  readonly building: readonly NamedIndex[];
  readonly previous: readonly string[];
}

type AliasAnswer = Readonly<Record<string, { readonly aliases?: Readonly<Record<string, object>> } | string | number>>;

/** Resolves the aliases. Any node answers from its cluster state, without access to an index. */
export async function findIndexes(
  engine: OpenSearchEngine,
  alias: string,
  milliseconds: number = patience.lookup,
): Promise<LiveIndexes> {
  const names = aliasesOf(alias);
  const answer = await engine.send<AliasAnswer>({
    method: 'GET',
    path: `/_alias/${Object.values(names).join()}`,
    patience: milliseconds,
    expect: [404],
  });
  const behind = (name: string): NamedIndex[] =>
    Object.entries(answer).flatMap(([index, found]) =>
      typeof found === 'object' && found.aliases?.[name] !== undefined
        ? [{ index, generation: readGeneration(alias, index) }]
        : [],
    );
  return {
    live: behind(names.live),
    building: behind(names.building),
    previous: behind(names.previous).map(({ index }) => index),
  };
}

export async function findLive(
  engine: OpenSearchEngine,
  alias: string,
): Promise<{ readonly index: string; readonly generation: string }> {
  const [live] = (await findIndexes(engine, alias)).live;
  if (!live) throw engineAway(new Error(`There is no index behind ${alias}`));
  return { index: live.index, generation: needGeneration(alias, live.index) };
}

/** @throws Refusal `unavailable` for an index of another layout */
export function needGeneration(alias: string, index: string): string {
  const generation = readGeneration(alias, index);
  if (generation === undefined) throw engineAway(new Error(`The index ${index} is of another layout`));
  return generation;
}

/**
 * The aliases to write to: the live index, and one being filled. They are resolved again for every bulk, so no process
 * needs a message about a rebuild: a document written without the new index was public before the new alias existed,
 * and the rebuild reads it from the source afterwards. If an alias moves between this response and the write, it leads
 * to an index that takes the write as well.
 *
 * An index of another layout is not written to. While a newer version fills one, a process that does not know its
 * layout is refused as `unavailable`, so that events wait for a process that does. A live index of an older layout is
 * left out once its successor is being filled.
 */
export async function findTargets(engine: OpenSearchEngine, alias: string): Promise<readonly string[]> {
  const { live, building } = await findIndexes(engine, alias);
  const names = aliasesOf(alias);
  const foreign = building.find(({ generation }) => generation === undefined);
  if (foreign) throw engineAway(new Error(`The index being filled, ${foreign.index}, is of another layout`));
  if (live.length > 1 || building.length > 1)
    throw engineAway(new Error(`There are two indexes behind ${live.length > 1 ? names.live : names.building}`));
  const [current] = live;
  const targets = [
    ...(current?.generation === undefined ? [] : [names.live]),
    ...(building.length > 0 ? [names.building] : []),
  ];
  if (targets.length === 0)
    throw engineAway(
      new Error(current ? `The index ${current.index} is of another layout` : `There is no index behind ${alias}`),
    );
  return targets;
}
