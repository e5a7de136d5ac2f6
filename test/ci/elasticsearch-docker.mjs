// Elasticsearch in a container, for machines whose Docker engine answers. The data lives in the container's own layer,
// so stop and start keep it; remove() ends it for good.

import { elasticsearchAnswers, READY } from './elasticsearch-java.mjs';
import { findProgram, runCommand } from './process.mjs';

const IMAGE = 'elasticsearch:8.19.13';

/** True when a Docker engine answers, not only its client is installed. */
export async function dockerAnswers() {
  if (findProgram('docker') === undefined) return false;
  const { code } = await runCommand('docker', ['version', '--format', '{{.Server.Version}}'], { timeoutMs: 10_000 });
  return code === 0;
}

/**
 * Runs a container with Elasticsearch on a port of 127.0.0.1 and resolves when it answers.
 * @param {{ port: number, heapMegabytes?: number }} options
 */
export async function startContainer(options) {
  const heap = options.heapMegabytes ?? 512;
  const id = await docker([
    'run',
    '--detach',
    `--publish=127.0.0.1:${options.port}:9200`,
    '--env=discovery.type=single-node',
    '--env=xpack.security.enabled=false',
    '--env=cluster.routing.allocation.disk.threshold_enabled=false',
    '--env=action.destructive_requires_name=false',
    `--env=ES_JAVA_OPTS=-Xms${heap}m -Xmx${heap}m`,
    IMAGE,
  ]);
  const url = `http://127.0.0.1:${options.port}`;
  const container = {
    url,
    stop: async () => void (await docker(['stop', '--time=60', id])),
    kill: async () => void (await docker(['kill', id])),
    pause: async () => void (await docker(['pause', id])),
    resume: async () => void (await docker(['unpause', id])),
    start: async () => {
      await docker(['start', id]);
      await untilItAnswers(url);
    },
    remove: async () => void (await docker(['rm', '--force', '--volumes', id])),
  };
  try {
    await untilItAnswers(url);
  } catch (error) {
    await container.remove();
    throw error;
  }
  return container;
}

/** @param {string} url */
async function untilItAnswers(url) {
  for (const until = Date.now() + 180_000; Date.now() < until; ) {
    if (await elasticsearchAnswers(url, READY)) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`the Elasticsearch container did not answer on ${url} in 180 s`);
}

/**
 * @param {readonly string[]} args
 * @returns {Promise<string>} the last line printed, which is the container id for `run`
 */
async function docker(args) {
  const { code, output } = await runCommand('docker', args, { timeoutMs: 300_000 });
  if (code !== 0) throw new Error(`docker ${args[0]} ended with ${code}: ${output.slice(-1_000)}`);
  return output.trim().split('\n').at(-1) ?? '';
}
