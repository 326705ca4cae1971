/** Takes the name of a run. Removes what it left on the test servers, and what killed runs left over an hour ago. */
import { isAbandoned, removeLeftovers } from './leftovers.js';

const [run] = process.argv.slice(2);
const { found, problems } = await removeLeftovers(
  process.env,
  (name) => (run !== undefined && name.startsWith(run)) || isAbandoned(name),
);
if (found.length > 0) console.log(`Removed from the servers: ${found.length} things that tests had made`);
for (const problem of problems) console.error(`What tests made could not be removed everywhere: ${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;
