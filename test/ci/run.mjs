// `npm test`: installs, builds and runs every test on a fresh clone with nothing done before, and ends with one line
// `N passed, N failed`. Elasticsearch is brought up beside installing and building. Plain Node: runs before node_modules exists.
//
//   npm test                     everything
//   npm test -- decode e2e/exp   only test files whose path below test/ contains one of the words

import { readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from 'node:test';
import { fileURLToPath } from 'node:url';
import { provideElasticsearch } from './elasticsearch.mjs';
import { isInstalled } from './install.mjs';
import { runCommand } from './process.mjs';
import { report } from './report.mjs';

const packageRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const built = join(packageRoot, 'build', 'test');
const inCi = process.env['CI'] !== undefined && process.env['CI'] !== '' && process.env['CI'] !== 'false';
/** Some tests wait for Elasticsearch and exporters, not for the processor: two files at a time even on one core. */
const FILES_AT_ONCE = 2;
/** ms; the slowest file (all captures) takes about two minutes on two cores, and machines are shared. */
const FILE_TIMEOUT = 600_000;

/** @type {{ remove: () => Promise<void> } | undefined} */
let elasticsearch;
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.once(signal, () => void finish(130));
}

const print = console.log;
const provided = provideElasticsearch(packageRoot).then(
  (node) => {
    elasticsearch = node;
    process.env['WEIR_TEST_ELASTICSEARCH_URL'] = node.url;
    print(`Elasticsearch: ${node.url} (${node.origin})`);
    return true;
  },
  (error) => {
    print(`Elasticsearch: none. ${String(error?.message ?? error)}`);
    delete process.env['WEIR_TEST_ELASTICSEARCH_URL']; // if it was given, nothing answers there
    return false;
  },
);

await installAndBuild();
const haveElasticsearch = await provided;
const counts = await runTests(process.argv.slice(2));
if (!haveElasticsearch && inCi) {
  print('\nFAILED: in CI the tests need Elasticsearch; without CI they would have been skipped');
  counts.failed++;
}
if (counts.passed + counts.failed === 0) {
  print('no test was run');
  counts.failed++;
}
print('');
print(`${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}`);
await finish(counts.failed === 0 ? 0 : 1);

async function installAndBuild() {
  // A registry that lacks an optional package of another platform makes `npm ci` refuse; `npm install` gets over it.
  if (!isInstalled(packageRoot) && !(await attempt('npm', ['ci']))) await must('npm', ['install', '--no-save']);
  rmSync(join(packageRoot, 'build'), { recursive: true, force: true });
  await must('npm', ['run', 'build']);
  await must('npm', ['run', 'build:test']);
}

/**
 * @param {string} command
 * @param {string[]} args
 */
async function must(command, args) {
  if (await attempt(command, args)) return;
  print('\n0 passed, 1 failed');
  await provided;
  await finish(1);
}

/**
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<boolean>} false, after printing what the command said, when it failed
 */
async function attempt(command, args) {
  const started = Date.now();
  // `npm test --silent` would silence the npm below it, and with it the reason of a failure.
  const env = { ...process.env, npm_config_loglevel: 'warn' };
  const { code, output } = await runCommand(command, args, { cwd: packageRoot, env });
  print(
    `${command} ${args.join(' ')}: ${code === 0 ? '' : 'failed, '}${((Date.now() - started) / 1_000).toFixed(1)} s`,
  );
  if (code !== 0) print(output);
  return code === 0;
}

/**
 * @param {readonly string[]} words
 * @returns {Promise<import('./report.mjs').Counts>}
 */
async function runTests(words) {
  const files = readdirSync(built, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.js'))
    .filter((name) => words.length === 0 || words.some((word) => name.includes(word)))
    .sort()
    .map((name) => join(built, name));
  const events = run({ files, concurrency: FILES_AT_ONCE, timeout: FILE_TIMEOUT });
  return report(events, { folder: built, print });
}

/** @param {number} code */
async function finish(code) {
  try {
    await elasticsearch?.remove();
  } catch (error) {
    print(`Elasticsearch could not be ended: ${String(error)}`);
  }
  process.exit(code);
}
