// `weir work`: the working half of the scaled form, until SIGINT or SIGTERM.

import { WorkApp } from '../app/work-app.ts';
import { CONFIG_OPTION, type Command } from './command.ts';
import { configured } from './configured.ts';
import { runUntilStopped } from './until-stopped.ts';

export const work: Command = {
  name: 'work',
  usage: 'weir work [--config FILE]',
  summary: 'Takes datagrams out of Redis Streams, decodes and writes flows.',
  about: `The scaled form of weir: workers share the partitions among them, and may be started, stopped and killed at any time.
Needs redis.url and elasticsearch.url (WEIR_REDIS_URL, WEIR_ELASTICSEARCH_URL); keeps nothing on disk but dead letters.
SIGTERM and Ctrl-C give the partitions back. See docs/scaling.md.`,
  options: CONFIG_OPTION,
  positionals: { min: 0, max: 0 },

  async run(args) {
    const { config, log } = configured(args);
    return runUntilStopped(new WorkApp(config, log));
  },
};
