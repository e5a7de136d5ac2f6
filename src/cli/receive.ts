// `weir receive`: the receiving half of the scaled form, until SIGINT or SIGTERM.

import { ReceiveApp } from '../app/receive-app.ts';
import { CONFIG_OPTION, type Command } from './command.ts';
import { configured } from './configured.ts';
import { runUntilStopped } from './until-stopped.ts';

export const receive: Command = {
  name: 'receive',
  usage: 'weir receive [--config FILE]',
  summary: 'Receives datagrams and puts them into Redis Streams, for `weir work`.',
  about: `The scaled form of weir: any number of receivers and workers share one Redis (redis.url or WEIR_REDIS_URL). Receivers
decode nothing. What Redis cannot take waits in memory, then in data/spool. SIGTERM and Ctrl-C stop it cleanly.
See docs/scaling.md.`,
  options: CONFIG_OPTION,
  positionals: { min: 0, max: 0 },

  async run(args) {
    const { config, log } = configured(args);
    return runUntilStopped(new ReceiveApp(config, log));
  },
};
