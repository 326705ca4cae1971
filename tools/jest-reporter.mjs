import { writeFileSync } from 'node:fs';

/**
 * Writes the totals of a run and the name of each skipped test to the file that MESH_TEST_TOTALS names, for `npm
 * test`'s last lines.
 */
export default class TotalsReporter {
  onRunComplete(_contexts, results) {
    const skipped = results.testResults
      .flatMap((suite) => suite.testResults)
      .filter(({ status }) => ['pending', 'skipped', 'todo', 'disabled'].includes(status));
    const brokenSuites = results.testResults.filter(
      (suite) => suite.testExecError && suite.numFailingTests === 0,
    ).length;
    if (!process.env.MESH_TEST_TOTALS) return;
    writeFileSync(
      process.env.MESH_TEST_TOTALS,
      JSON.stringify({
        passed: results.numPassedTests,
        failed: results.numFailedTests + Math.max(brokenSuites, results.numRuntimeErrorTestSuites),
        skipped: skipped.map(({ ancestorTitles, title }) => [...ancestorTitles, title].join(' › ')),
      }),
    );
  }
}
