// npm run bench [-- NAME …]: runs the benchmarks in bench/ and writes their figures to bench/RESULTS.md.
//
// A benchmark is bench/NAME.mjs, with
//   export const title
//   export async function run({ ownerUrl, appUrl, superUrl, freshDatabase, log })  → { rows, notes }
// `rows` are objects with the same keys, which become the table's columns; `notes` are sentences.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { load, namesIn, withDatabase } from './harness.mjs';
import { ROOT } from './run.mjs';

const FOLDER = 'bench';
const RESULTS = join(ROOT, FOLDER, 'RESULTS.md');
const HEADING = `# Benchmark results

Written by \`npm run bench\`. Figures from different machines, or different days, do not compare;
ratios measured in the same run do.
`;

const asked = process.argv.slice(2);
const names = asked.length > 0 ? asked : namesIn(FOLDER);

if (names.length === 0) {
  console.log('There are no benchmarks yet: a benchmark is a file in bench/.');
} else {
  await withDatabase('alongside-bench-', async (context) => {
    for (const name of names) keep(name, await measure(name, context));
    console.log(`\nWritten to ${FOLDER}/RESULTS.md`);
  });
}

async function measure(name, context) {
  const { title, run } = await load(FOLDER, name);
  console.log(`\n${title}`);
  const { rows, notes = [] } = await run({ ...context, log: (line) => console.log(`  ${line}`) });
  const section = [`## ${title}`, '', `\`npm run bench -- ${name}\`, ${machine()}`, '', table(rows), '', ...[notes].flat(), ''].join('\n');
  console.log(`\n${table(rows)}\n\n${[notes].flat().join('\n')}`);
  return section;
}

function machine() {
  const day = new Date().toISOString().slice(0, 10);
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${day}, ${cpus().length} × ${cpus()[0]?.model.trim() || 'core'}, ${memory} GB, Node ${process.versions.node}, PostgreSQL 18 with fsync on.`;
}

function table(rows) {
  const columns = Object.keys(rows[0] ?? {});
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const isNumber = (column) => rows.every((row) => /^[\d.,]/.test(String(row[column])));
  return [
    line(columns),
    line(columns.map((column) => (isNumber(column) ? '---:' : '---'))),
    ...rows.map((row) => line(columns.map((column) => String(row[column] ?? '')))),
  ].join('\n');
}

// One benchmark run by itself replaces its own section and leaves the others.
function keep(name, section) {
  const begin = `<!-- ${name} -->`;
  const sections = existsSync(RESULTS) ? readFileSync(RESULTS, 'utf8').split(/(?=^<!-- \S+ -->$)/m).slice(1) : [];
  const others = sections.filter((old) => !old.startsWith(`${begin}\n`)).map((old) => old.trimEnd());
  const all = [...others, `${begin}\n${section.trimEnd()}`].sort();
  writeFileSync(RESULTS, `${HEADING}\n${all.join('\n\n')}\n`);
}
