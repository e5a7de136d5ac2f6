// `weir run`: receive, decode, enrich and write, until SIGINT or SIGTERM.

import { FETCH_MESSAGE, GeoipFetch, type GeoipFetchHooks } from '../app/geoip-fetch.ts';
import { WorkersApp, workerCount } from '../app/workers-app.ts';
import { App } from '../app.ts';
import type { Config } from '../config.ts';
import type { Log } from '../lib/log.ts';
import { CONFIG_OPTION, type Command } from './command.ts';
import { configured } from './configured.ts';
import { untilStopped } from './until-stopped.ts';

export const run: Command = {
  name: 'run',
  usage: 'weir run [--config FILE]',
  summary: 'Receives, decodes, enriches and writes flows.',
  about: `Writes to Elasticsearch when elasticsearch.url is configured (or WEIR_ELASTICSEARCH_URL is set), else to the
local store under data/flows/. On a terminal one line shows what goes on; elsewhere the log does, once a minute.
SIGTERM and Ctrl-C stop it cleanly: what Elasticsearch has not taken by then stays in data/spool for the next start.`,
  options: CONFIG_OPTION,
  positionals: { min: 0, max: 0 },

  async run(args) {
    const isTerminal = process.stderr.isTTY === true;
    // The live line says what info lines would, and they would tear it.
    const { config, file, log } = configured(args, (level) => (isTerminal && level === 'info' ? 'warn' : level));
    const app = workerCount(config) > 1 ? new WorkersApp(config, log) : new App(config, log);
    const stopped = untilStopped(app);
    const geoip = geoipFetch(
      config,
      file,
      {
        onFirst: () => (isTerminal ? process.stderr.write(`${FETCH_MESSAGE}\n`) : log.info(FETCH_MESSAGE)),
        onFetched: () => app.readDatabases(),
      },
      log,
    );
    try {
      geoip?.start();
      await app.start(isTerminal ? process.stderr : undefined);
    } catch (error) {
      await app.stop();
      geoip?.stop();
      throw error;
    }
    await stopped;
    geoip?.stop();
    return 0;
  },
};

/** Undefined where databases are none of weir's business. Throws ConfigError. */
function geoipFetch(config: Config, file: string, hooks: GeoipFetchHooks, log: Log): GeoipFetch | undefined {
  const state = GeoipFetch.stateOf(config);
  const command = [process.execPath, process.argv[1]!, 'geoip', 'update', '--config', file];
  return state && new GeoipFetch(state, command, hooks, log);
}
