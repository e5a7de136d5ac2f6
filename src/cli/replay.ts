// `weir replay`: sends the datagrams of captures to a collector, any collector.

import { Replay } from '../input/replay.ts';
import { ConfigError } from '../lib/errors.ts';
import type { Command } from './command.ts';
import { interruptSignal, parseTarget } from './target.ts';

export const replay: Command = {
  name: 'replay',
  usage: 'weir replay FILE… --to HOST:PORT [options]',
  summary: 'Sends the flow datagrams of captures over UDP.',
  about: `Each exporter of the captures is sent from a socket of its own, so that template sessions stay apart; the
receiver sees this host's address and the present time. --rate capture keeps the timing of the capture (pauses are cut at
10 s).`,
  options: {
    to: { type: 'string', short: 't', value: 'HOST:PORT', about: 'where to send (required)' },
    rate: { type: 'string', short: 'r', value: 'N|capture', about: 'datagrams per second (default: 1000)' },
    loop: {
      type: 'string',
      short: 'l',
      value: 'N',
      about: 'send the files N times; 0 = until interrupted (default: 1)',
    },
  },
  positionals: { min: 1, max: Number.POSITIVE_INFINITY },

  async run(args) {
    const target = parseTarget('--to', args.text('to'));
    const rate = args.text('rate') === 'capture' ? 'capture' : args.number('rate', 1000, 0.001, 1_000_000);
    const loop = args.number('loop', 1, 0, Number.MAX_SAFE_INTEGER);
    let problems = 0;
    const task = new Replay(
      { ...target, rate, loop },
      {
        file(path, stats) {
          if (stats.problem !== undefined) problems++;
          const notes = stats.notes().join('; ');
          process.stderr.write(`${path}: ${stats.datagrams} datagrams${notes === '' ? '' : ` (${notes})`}\n`);
        },
        signal: interruptSignal(),
      },
    );
    try {
      await task.run(args.files);
    } catch (cause) {
      throw new ConfigError('--to', args.text('to'), `a host that can be found (${(cause as Error).message})`, {
        cause,
      });
    }
    const { sent, failed, lastError } = task.counters;
    const refused = failed === 0 ? '' : `, ${failed} refused (${lastError?.message ?? 'unknown'})`;
    process.stderr.write(`sent ${sent} datagrams to ${args.text('to')}${refused}\n`);
    return problems > 0 || (failed > 0 && sent === 0) ? 1 : 0;
  },
};
