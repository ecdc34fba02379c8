// Styles, fonts, pictures and browser scripts → dist/public/<name>.<hash>.<ext>, each with .br and .gz
// beside it, and manifest.json: { logical name: hashed file name }. Does nothing when nothing changed.
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build as esbuild } from 'esbuild';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const web = join(root, 'src/platform/web');
const out = join(root, 'dist/public');
const modules = join(root, 'node_modules');
const fonts = join(modules, '@fontsource-variable/atkinson-hyperlegible-next/files');
const require = createRequire(import.meta.url);

const hash = (...parts) => parts.reduce((sum, part) => sum.update(part), createHash('sha256')).digest('hex');
const readJson = async (path) => JSON.parse(await readFile(path, 'utf8').catch(() => '{}'));

/** What the result depends on: our own sources, and the versions of the packages they draw on. */
async function signature() {
  const parts = [await readFile(fileURLToPath(import.meta.url))];
  for (const folder of ['styles', 'assets']) {
    for (const name of (await readdir(join(web, folder))).sort()) parts.push(name, await readFile(join(web, folder, name)));
  }
  for (const name of ['govuk-frontend', '@ministryofjustice/frontend', '@fontsource-variable/atkinson-hyperlegible-next', 'tus-js-client', 'sass', 'esbuild']) {
    parts.push(name, (await readJson(join(modules, name, 'package.json'))).version ?? '');
  }
  return hash(...parts);
}

/** One browser script with all that it imports. */
async function bundle(entry) {
  const { outputFiles } = await esbuild({ entryPoints: [entry], bundle: true, minify: true, format: 'esm', target: 'es2020', legalComments: 'none', write: false });
  return outputFiles[0].contents;
}

function compileSass() {
  const sass = require('sass');
  const { css } = sass.compile(join(web, 'styles/alongside.scss'), {
    style: 'compressed',
    loadPaths: [root],
    quietDeps: true,
    charset: false,
    // A package's warning about its own use of another is not ours to mend.
    logger: { warn: (message, { stack }) => /node_modules\//.test(stack?.split('\n')[0] ?? '') || console.warn(message, stack ?? ''), debug: console.log },
  });
  return css;
}

async function write(name, content, { compress }) {
  const path = join(out, name);
  const put = async (file, data) => {
    // Written aside and moved: nobody ever reads half a file.
    const aside = `${file}.${process.pid}.tmp`;
    await writeFile(aside, data);
    await rename(aside, file);
  };
  await put(path, content);
  if (!compress) return;
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  await put(`${path}.br`, await promisify(brotliCompress)(content, { params }));
  await put(`${path}.gz`, await promisify(gzip)(content, { level: 9 }));
}

export async function buildStyles({ production = false } = {}) {
  const sign = await signature();
  const before = await readJson(join(out, 'manifest.json'));
  const current = await readFile(join(out, '.signature'), 'utf8').catch(() => '');
  const here = new Set(await readdir(out).catch(() => []));
  const complete = Object.values(before).length > 0 && Object.values(before).every((name) => here.has(name));
  if (!production && current === sign && complete) return before;

  await mkdir(out, { recursive: true });
  const manifest = {};
  async function add(logical, content, options = { compress: true }) {
    const data = Buffer.from(content);
    const extension = extname(logical);
    const name = `${basename(logical, extension)}.${hash(data).slice(0, 10)}${extension}`;
    await write(name, data, options);
    manifest[logical] = name;
    return name;
  }

  for (const subset of ['latin', 'latin-ext']) {
    const font = await readFile(join(fonts, `atkinson-hyperlegible-next-${subset}-wght-normal.woff2`));
    await add(`atkinson-${subset}.woff2`, font, { compress: false });
  }
  for (const name of ['mark.svg', 'favicon.svg', 'js-enabled.js']) await add(name, await readFile(join(web, 'assets', name)));
  await add('alongside.js', await bundle(join(web, 'assets/alongside.js')));
  // Only on pages with a file to send.
  await add('uploads.js', await bundle(join(web, 'assets/uploads.js')));
  const css = compileSass().replace(/asset:([\w.-]+)/g, (whole, logical) => {
    if (!manifest[logical]) throw new Error(`The styles ask for "${logical}", which is not among the assets`);
    return manifest[logical];
  });
  await add('alongside.css', css);

  // What the last build named stays, for a process that still holds the old manifest; older files go.
  const keep = new Set(['manifest.json', '.signature']);
  for (const name of [...Object.values(manifest), ...(production ? [] : Object.values(before))]) {
    for (const ending of ['', '.br', '.gz']) keep.add(name + ending);
  }
  for (const name of here) {
    if (!keep.has(name) && /\.[0-9a-f]{10}\.\w+(\.br|\.gz)?$/.test(name)) await rm(join(out, name), { force: true });
  }
  await write('manifest.json', Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`), { compress: false });
  await write('.signature', Buffer.from(sign), { compress: false });
  return manifest;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const manifest = await buildStyles({ production: process.argv.includes('--production') });
  for (const [logical, name] of Object.entries(manifest)) console.log(`${logical} → ${name}`);
}
