/** Questions over HTTP. */
const TIMEOUT_MS = 2_000;

/** Whether the address answers with success, or with one of the other codes that also mean that it serves. */
export async function answers(url, { also = [] } = {}) {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    await answer.arrayBuffer();
    return answer.ok || also.includes(answer.status);
  } catch {
    return false; // nobody listens yet, or it does not answer in time
  }
}
