// npm run prove [-- NAME …]: runs the proofs in test/proofs/, which take too long or are too rough for `npm test`.
//
// A proof is test/proofs/NAME.mjs, with
//   export const title
//   export async function prove({ ownerUrl, appUrl, superUrl, freshDatabase, log })
// It holds when `prove` ends without throwing.
import { load, namesIn, withDatabase } from './harness.mjs';
import { ensureInstalled } from './install.mjs';

const FOLDER = 'test/proofs';
const names = process.argv.slice(2);

if (names.length === 0) {
  await list();
} else {
  await withDatabase('alongside-prove-', async (context) => {
    for (const name of names) await prove(name, context);
  });
}

async function list() {
  await ensureInstalled();
  console.log('\nProofs, each run with npm run prove -- NAME\n');
  for (const name of namesIn(FOLDER)) {
    const { title } = await load(FOLDER, name);
    console.log(`  ${name}: ${title}`);
  }
}

async function prove(name, context) {
  const { title, prove } = await load(FOLDER, name);
  console.log(`\n${title}`);
  await prove({ ...context, log: (line) => console.log(`  ${line}`) });
  console.log('\nProved.');
}
