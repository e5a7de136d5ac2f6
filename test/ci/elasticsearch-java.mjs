// A real Elasticsearch without Docker: fetched by Maven into a cache folder outside the repository, started by Java.
// The copy comes without its shell launcher and refuses to run as root; both are dealt with here.

import { spawn } from 'node:child_process';
import { pbkdf2Sync, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { endProcess, findProgram, runCommand } from './process.mjs';

/** The user of a node with security. */
export const SUPERUSER = 'weir-test-admin';

const VERSION_FOLDER = 'elasticsearch-8.19-sonar-26.4.0';
/** Debian's nobody and nogroup: whom Elasticsearch runs as when the tests run as root. */
const NOBODY = 65_534;
/** Every index can be read and written again, the ones found on disk too. */
export const READY = 'wait_for_status=yellow&timeout=2s';

/** Where fetched programs are kept between runs; root's home is closed to nobody, so root has another place. */
export function cacheFolder() {
  const chosen = process.env['WEIR_TEST_CACHE'];
  if (chosen) return chosen;
  if (isRoot()) return '/var/cache/weir-test';
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'weir-test');
}

/**
 * The home of an Elasticsearch that Java can start; fetched on first use (some 900 MB, half a minute on a good line).
 * @param {string} packageRoot
 * @returns {Promise<string>}
 */
export async function installElasticsearch(packageRoot) {
  const folder = join(cacheFolder(), VERSION_FOLDER);
  if (!existsSync(folder)) await unpack(packageRoot, folder);
  const sonar = readdirSync(folder).find((name) => name.startsWith('sonarqube-'));
  if (sonar === undefined) throw new Error(`${folder} holds no sonarqube-* folder; remove it and try again`);
  return join(folder, sonar, 'elasticsearch');
}

/**
 * @param {string} packageRoot
 * @param {string} folder
 */
async function unpack(packageRoot, folder) {
  if (findProgram('java') === undefined) throw new Error('no Java (17 or later) in PATH');
  if (findProgram('mvn') === undefined) throw new Error('no Maven (mvn) in PATH');
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  const pom = join(packageRoot, 'test', 'ci', 'elasticsearch.pom.xml');
  const { code, output } = await runCommand(
    'mvn',
    ['-B', '-q', '-f', pom, `-DoutputDirectory=${unfinished}`, 'dependency:unpack'],
    { timeoutMs: 480_000 },
  );
  if (code !== 0) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new Error(`mvn dependency:unpack ended with ${code}:\n${output.slice(-2_000)}`);
  }
  chmodSync(unfinished, 0o755);
  if (!existsSync(folder)) renameSync(unfinished, folder);
}

/**
 * Starts one node on a port of 127.0.0.1 and resolves when it answers. Starting again with the same folder brings the
 * same data back.
 * @param {{ home: string, folder: string, port: number, heapMegabytes?: number, password?: string }} options
 *   folder: data, logs, settings; password: of the superuser SUPERUSER, with security switched on
 * @returns {Promise<{ url: string, pid: number, stop: () => Promise<void>, kill: () => Promise<void>,
 *   signal: (name: NodeJS.Signals) => void }>}
 */
export async function startElasticsearch(options) {
  const { home, folder, port } = options;
  prepareFolder(home, folder, port, options.heapMegabytes ?? 512, options.password);
  const child = spawn('java', launcherArguments(home, folder), {
    cwd: home, // it looks for modules/apm in the working directory
    env: { PATH: process.env['PATH'], HOME: folder, ES_TMPDIR: join(folder, 'tmp') },
    stdio: ['ignore', 'ignore', 'ignore'],
    ...(isRoot() ? { uid: NOBODY, gid: NOBODY } : {}),
  });
  const url = `http://127.0.0.1:${port}`;
  try {
    await untilItAnswers(url, child, folder, options.password);
  } catch (error) {
    await endServer(child, 'SIGTERM');
    throw error;
  }
  return {
    url,
    pid: child.pid ?? 0,
    stop: () => endServer(child, 'SIGTERM'),
    kill: () => endServer(child, 'SIGKILL'),
    signal: (name) => {
      for (const pid of childrenOf(child.pid ?? 0)) process.kill(pid, name);
    },
  };
}

/**
 * @param {string} home
 * @param {string} folder
 * @param {number} port
 * @param {number} heap
 * @param {string} [password]
 */
function prepareFolder(home, folder, port, heap, password) {
  const config = join(folder, 'config');
  for (const name of ['data', 'logs', 'tmp', 'config/jvm.options.d'])
    mkdirSync(join(folder, name), { recursive: true });
  for (const name of ['jvm.options', 'log4j2.properties', 'users', 'roles.yml', 'users_roles', 'role_mapping.yml']) {
    if (existsSync(join(home, 'config', name))) copyFileSync(join(home, 'config', name), join(config, name));
  }
  writeFileSync(
    join(config, 'jvm.options.d', 'test.options'),
    `-Xms${heap}m\n-Xmx${heap}m\n-Xlog:disable\n-Xlog:all=warning:stderr\n`,
  );
  writeFileSync(
    join(config, 'elasticsearch.yml'),
    [
      'cluster.name: weir-test',
      'node.name: weir-test',
      'discovery.type: single-node',
      'http.host: 127.0.0.1',
      `http.port: ${port}`,
      'transport.host: 127.0.0.1',
      `path.data: ${join(folder, 'data')}`,
      `path.logs: ${join(folder, 'logs')}`,
      `xpack.security.enabled: ${password !== undefined}`,
      'cluster.routing.allocation.disk.threshold_enabled: false',
      'action.destructive_requires_name: false',
      '',
    ].join('\n'),
  );
  if (password !== undefined) {
    writeFileSync(join(config, 'users'), `${SUPERUSER}:${passwordHash(password)}\n`);
    writeFileSync(join(config, 'users_roles'), `superuser:${SUPERUSER}\n`);
  }
  if (isRoot()) giveAway(folder);
}

/**
 * As the file realm reads it: `{PBKDF2}COST$SALT$KEY`, HMAC-SHA-512, 256 bits.
 * @param {string} password
 */
function passwordHash(password) {
  const cost = 1000;
  const salt = randomBytes(32);
  const key = pbkdf2Sync(password, salt, cost, 32, 'sha512');
  return `{PBKDF2}${cost}$${salt.toString('base64')}$${key.toString('base64')}`;
}

/** @param {string} folder */
function giveAway(folder) {
  chownSync(folder, NOBODY, NOBODY);
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    chownSync(join(folder, entry), NOBODY, NOBODY);
}

/**
 * What bin/elasticsearch would run: the launcher, which starts the server proper as its child.
 * @param {string} home
 * @param {string} folder
 */
function launcherArguments(home, folder) {
  return [
    '-Xms4m',
    '-Xmx64m',
    '-XX:+UseSerialGC',
    '-Dcli.name=server',
    `-Dcli.script=${home}/bin/elasticsearch`,
    '-Dcli.libs=lib/tools/server-cli',
    `-Des.path.home=${home}`,
    `-Des.path.conf=${folder}/config`,
    '-Des.distribution.type=tar',
    '-cp',
    `${home}/lib/*:${home}/lib/cli-launcher/*`,
    'org.elasticsearch.launcher.CliToolLauncher',
  ];
}

/**
 * @param {string} url
 * @param {import('node:child_process').ChildProcess} child
 * @param {string} folder
 * @param {string} [password]
 */
async function untilItAnswers(url, child, folder, password) {
  /** @type {Error | undefined} */
  let broken;
  child.once('error', (error) => {
    broken = error;
  });
  for (const until = Date.now() + 180_000; Date.now() < until; ) {
    if (broken) throw broken;
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`Elasticsearch ended:\n${logTail(folder)}`);
    if (await elasticsearchAnswers(url, READY, password)) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`Elasticsearch did not answer on ${url} in 180 s:\n${logTail(folder)}`);
}

/**
 * True when a node answers there.
 * @param {string} url
 * @param {string} [condition] of the cluster health API, e.g. `wait_for_status=yellow&timeout=2s`
 * @param {string} [password] of SUPERUSER
 */
export async function elasticsearchAnswers(url, condition = '', password) {
  const headers = password === undefined ? {} : { Authorization: `Basic ${btoa(`${SUPERUSER}:${password}`)}` };
  try {
    const answer = await fetch(`${url}/_cluster/health?${condition}`, { headers, signal: AbortSignal.timeout(5_000) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

/** @param {string} folder */
function logTail(folder) {
  const path = join(folder, 'logs', 'weir-test.log');
  return existsSync(path) ? readFileSync(path, 'utf8').slice(-3_000) : '(no log written)';
}

/**
 * Ends the launcher and the server below it, and waits until both are gone. SIGKILL: what a power cut looks like.
 * @param {import('node:child_process').ChildProcess} child
 * @param {'SIGTERM' | 'SIGKILL'} signal
 */
async function endServer(child, signal) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const servers = childrenOf(child.pid ?? 0);
  if (signal === 'SIGKILL') for (const pid of servers) process.kill(pid, signal);
  await endProcess(child, 60_000);
  for (const until = Date.now() + 30_000; servers.some(isAlive); ) {
    if (Date.now() > until) for (const pid of servers.filter(isAlive)) process.kill(pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/**
 * Linux only, as the whole test set.
 * @param {number} pid
 * @returns {number[]}
 */
function childrenOf(pid) {
  const found = [];
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    for (const word of readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' '))
      if (word) found.push(Number(word));
  }
  return found;
}

function isRoot() {
  return process.getuid?.() === 0;
}
