import { writeFileSync } from 'node:fs';

interface AggregatedResult {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly {
    readonly testExecError?: unknown;
    readonly numFailingTests: number;
    readonly testResults: readonly {
      readonly status: string;
      readonly title: string;
      readonly ancestorTitles: readonly string[];
    }[];
  }[];
}

/** Writes the totals of a run and the names of skipped tests to the file in MESH_TEST_TOTALS. */
export default class TotalsReporter {
  onRunComplete(_contexts: unknown, results: AggregatedResult): void {
    const skipped = results.testResults
      .flatMap((suite) => suite.testResults)
      .filter(({ status }) => ['pending', 'skipped', 'todo', 'disabled'].includes(status));
    const brokenSuites = results.testResults.filter(
      (suite) => suite.testExecError && suite.numFailingTests === 0,
    ).length;
    const file = process.env['MESH_TEST_TOTALS'];
    if (!file) return;
    writeFileSync(
      file,
      JSON.stringify({
        passed: results.numPassedTests,
        failed: results.numFailedTests + Math.max(brokenSuites, results.numRuntimeErrorTestSuites),
        skipped: skipped.map(({ ancestorTitles, title }) => [...ancestorTitles, title].join(' › ')),
      }),
    );
  }
}
