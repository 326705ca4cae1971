/**
 * How many tries gateways have counted by themselves because the shared store of limits was not in time; their metrics
 * say so.
 */
export async function countOwnTries(gateways: readonly string[]): Promise<number> {
  const texts = await Promise.all(gateways.map(async (gateway) => (await fetch(`${gateway}/metrics`)).text()));
  return texts
    .flatMap((text) => [...text.matchAll(/^mediamesh_limit_fallbacks\S* (\d+)/gm)])
    .reduce((sum, [, count]) => sum + Number(count), 0);
}
