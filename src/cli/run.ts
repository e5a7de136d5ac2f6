// `weir run`: receive, decode, enrich and write, until SIGINT or SIGTERM.

import { FETCH_MESSAGE, GeoipFetch } from '../app/geoip-fetch.ts';
import { WorkersApp, workerCount } from '../app/workers-app.ts';
import { App } from '../app.ts';
import { loadConfig } from '../config/load.ts';
import { createLog } from '../lib/log.ts';
import { CONFIG_OPTION, type Command } from './command.ts';
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
    const { config, file, unknownVariables } = loadConfig(args.text('config'));
    const isTerminal = process.stderr.isTTY === true;
    // The live line says what info lines would, and they would tear it.
    const level = isTerminal && config.log.level === 'info' ? 'warn' : config.log.level;
    const log = createLog(level);
    for (const name of unknownVariables) log.warn(`${name} names no key of the configuration`);
    const app = workerCount(config) > 1 ? new WorkersApp(config, log) : new App(config, log);
    const stopped = untilStopped(app);
    const geoip = new GeoipFetch(
      [process.execPath, process.argv[1]!, 'geoip', 'update', '--config', file],
      () => app.readDatabases(),
      log,
    );
    try {
      if (GeoipFetch.isNeeded(config)) {
        if (isTerminal) process.stderr.write(`${FETCH_MESSAGE}\n`);
        else log.info(FETCH_MESSAGE);
        geoip.start();
      }
      await app.start(isTerminal ? process.stderr : undefined);
    } catch (error) {
      await app.stop();
      geoip.stop();
      throw error;
    }
    await stopped;
    geoip.stop();
    return 0;
  },
};
