// Where the tests' Elasticsearch comes from: WEIR_TEST_ELASTICSEARCH_URL, else Docker, else Java and Maven.
// Used by the runner for the shared node, and by test/helpers/elasticsearch.ts for nodes that a test stops and starts.

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dockerAnswers, startContainer } from './elasticsearch-docker.mjs';
import { elasticsearchAnswers, installElasticsearch, startElasticsearch } from './elasticsearch-java.mjs';

/**
 * @typedef {object} OwnElasticsearch
 * @property {string} url
 * @property {string} origin what it runs in, for messages
 * @property {() => Promise<void>} stop ends it in good order; the data stays
 * @property {() => Promise<void>} kill ends it at once (SIGKILL); the data stays
 * @property {() => Promise<void>} pause stops it in its tracks (SIGSTOP): connections stay, nobody answers
 * @property {() => Promise<void>} resume after pause()
 * @property {() => Promise<void>} start again, on the same port with the same data
 * @property {() => Promise<void>} remove ends it and deletes its data
 */

/**
 * The node that all tests share.
 * @param {string} packageRoot
 * @returns {Promise<{ url: string, origin: string, remove: () => Promise<void> }>}
 */
export async function provideElasticsearch(packageRoot) {
  const given = process.env['WEIR_TEST_ELASTICSEARCH_URL'];
  if (!given) return startOwnElasticsearch(packageRoot);
  const url = given.replace(/\/$/, '');
  if (!(await elasticsearchAnswers(url))) throw new Error(`nothing answers at WEIR_TEST_ELASTICSEARCH_URL (${url})`);
  return { url, origin: 'WEIR_TEST_ELASTICSEARCH_URL', remove: async () => {} };
}

/**
 * A node of one's own on a free port, ready to take documents.
 * @param {string} packageRoot
 * @param {string} [password] switches security on; of the superuser `weir-test-admin` (on Java only)
 * @returns {Promise<OwnElasticsearch>}
 */
export async function startOwnElasticsearch(packageRoot, password) {
  const refusals = [];
  if (password !== undefined) return startOnJava(packageRoot, password);
  if (await dockerAnswers()) {
    try {
      const container = await startContainer({ port: await freePort() });
      return { ...container, origin: 'Docker' };
    } catch (error) {
      refusals.push(`Docker: ${String(error)}`);
    }
  } else refusals.push('Docker: no engine answers');
  try {
    return await startOnJava(packageRoot);
  } catch (error) {
    refusals.push(`Java: ${String(error)}`);
  }
  throw new Error(refusals.join('\n'));
}

/**
 * @param {string} packageRoot
 * @param {string} [password]
 * @returns {Promise<OwnElasticsearch>}
 */
async function startOnJava(packageRoot, password) {
  const home = await installElasticsearch(packageRoot);
  const folder = mkdtempSync(join(tmpdir(), 'weir-elasticsearch-'));
  const port = await freePort();
  const options = { home, folder, port, ...(password === undefined ? {} : { password }) };
  let node = await startElasticsearch(options);
  return {
    url: node.url,
    origin: `Java, pid ${node.pid}`,
    stop: () => node.stop(),
    kill: () => node.kill(),
    pause: async () => node.signal('SIGSTOP'),
    resume: async () => node.signal('SIGCONT'),
    start: async () => {
      node = await startElasticsearch(options);
    },
    remove: async () => {
      await node.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/**
 * A TCP port that nobody listened on a moment ago.
 * @returns {Promise<number>}
 */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
