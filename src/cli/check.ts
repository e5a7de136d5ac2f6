// `weir check`: validates the configuration as `weir run` would read it, and says what it amounts to.

import { elasticsearchAddress } from '../app/elasticsearch-output.ts';
import { createAdmission, listenSummary, tcpListeners, udpListeners } from '../app/listeners.ts';
import { Pipeline } from '../app/pipeline.ts';
import { checkRedis } from '../app/redis-streams.ts';
import { readEnrichers } from '../config/enrichers.ts';
import { loadConfig } from '../config/load.ts';
import { type Config, hasElasticsearch } from '../config.ts';
import { createLog } from '../lib/log.ts';
import { CONFIG_OPTION, type Command } from './command.ts';

export const check: Command = {
  name: 'check',
  usage: 'weir check [--config FILE]',
  summary: 'Validates the configuration and exits.',
  about: `Reads every table, list, certificate of Redis and GeoIP database, too, but asks no server.
Exit code 0: usable; 2: not, with the key, what was found and what was expected on stderr.`,
  options: CONFIG_OPTION,
  positionals: { min: 0, max: 0 },

  async run(args) {
    const { config, file, unknownVariables } = loadConfig(args.text('config'));
    udpListeners(config);
    tcpListeners(config);
    createAdmission(config, createLog('silent'));
    const enrichers = readEnrichers(config.enrich);
    for (const name of unknownVariables)
      process.stderr.write(`weir: warning: ${name} names no key of the configuration\n`);
    const redis = checkRedis(config);
    const databases = await readTables(config);
    const target = hasElasticsearch(config)
      ? `Elasticsearch at ${elasticsearchAddress(config)}`
      : `local store in ${config.store.directory}`;
    process.stdout.write(
      `${file}: valid\n  listens on   ${listenSummary(config)}\n` +
        `  enriches     ${enrichers.names.join(', ')}\n  databases    ${databases}\n  writes to    ${target}\n` +
        (redis === undefined ? '' : `  scaled by    ${redis}\n`),
    );
    return 0;
  },
};

/** Names of the GeoIP databases. Throws ConfigError for a table that cannot be used. */
async function readTables(config: Config): Promise<string> {
  // Warnings are of damaged databases, which do not keep weir from running.
  const { enrichment } = new Pipeline(config, () => {}, createLog('warn'));
  try {
    await enrichment.readFiles();
    return enrichment.geoip.databases.map(({ file }) => file).join(', ') || 'none';
  } finally {
    enrichment.stop();
  }
}
