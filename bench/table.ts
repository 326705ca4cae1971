import { availableParallelism, cpus } from 'node:os';
import { type Row, verdictOf } from './row.js';

const marks = { aim: 'aim reached', must: 'must reached', missed: '**missed**' } as const;

/** The rows as a Markdown table, below a line about machine and date. */
export function formatTable(rows: readonly Row[], rounds: number): string {
  const lines = rows.map((row) => {
    const sign = row.goal?.better === 'higher' ? '≥' : '≤';
    const verdict = verdictOf(row);
    return [
      row.what,
      `${formatFigure(row.figure)} ${row.unit}`.trim(),
      row.spread ? `${formatFigure(row.spread[0])}–${formatFigure(row.spread[1])}` : '',
      row.goal ? `${sign} ${formatFigure(row.goal.must)}` : '',
      row.goal ? `${sign} ${formatFigure(row.goal.aim)}` : '',
      verdict ? marks[verdict] : '',
    ];
  });
  const head = ['What', 'Figure', 'Spread', 'Must', 'Aim', 'Verdict'];
  const widths = head.map((name, column) =>
    Math.max(...[head, ...lines].map((cells) => [...(cells[column] ?? '')].length), name.length),
  );
  const format = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - [...cell].length)).join(' | ')} |`;
  return [
    describeMachine(rounds),
    '',
    format(head),
    `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`,
    ...lines.map(format),
  ].join('\n');
}

function describeMachine(rounds: number): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  return (
    `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${availableParallelism()} cores ` +
    `(${model}), medians of ${rounds} rounds`
  );
}

/** Three significant digits, with thousands separators. */
function formatFigure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const digits = Math.abs(value) >= 100 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)));
  return value.toLocaleString('en', { maximumFractionDigits: Math.min(digits, 4) });
}
