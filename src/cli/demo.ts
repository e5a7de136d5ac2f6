// `weir demo`: pretends to be a network, for trying weir (or any collector) without a router.

import { MAX_EXPORTERS } from '../demo/demo.ts';
import { SendDemo, type SendDemoCounters } from '../demo/send-demo.ts';
import { ConfigError } from '../lib/errors.ts';
import { parseDuration } from '../lib/units.ts';
import type { Command } from './command.ts';
import { interruptSignal, parseTarget } from './target.ts';

export const demo: Command = {
  name: 'demo',
  usage: 'weir demo --to HOST:PORT [options]',
  summary: 'Sends realistic synthetic traffic of several exporters in NetFlow v5, v9, IPFIX and sFlow.',
  about: `In it are things to discover: a port scan, a flood, a nightly backup. The same seed sends the same traffic.
Towards 127.0.0.1 each exporter has an address of its own (127.0.0.11 and on).`,
  options: {
    to: { type: 'string', short: 't', value: 'HOST:PORT', about: 'where to send (required)' },
    rate: { type: 'string', short: 'r', value: 'N', about: 'flows per second, all exporters together (default: 100)' },
    exporters: { type: 'string', short: 'e', value: 'N', about: `how many, 1 to ${MAX_EXPORTERS} (default: 6)` },
    duration: { type: 'string', short: 'd', value: 'TIME', about: 'e.g. 30s, 10m (default: until interrupted)' },
    seed: { type: 'string', value: 'N', about: 'for other traffic (default: 1)' },
    'day-curve': { type: 'boolean', about: 'let the rate follow the hour of the day' },
  },
  positionals: { min: 0, max: 0 },

  async run(args) {
    const target = parseTarget('--to', args.text('to'));
    const duration = args.text('duration');
    const durationMs = duration === undefined ? 0 : parseDuration(duration);
    if (durationMs === undefined) throw new ConfigError('--duration', duration, 'a duration such as 30s or 10m');
    const task = new SendDemo(
      {
        ...target,
        rate: args.number('rate', 100, 0.1, 1_000_000),
        exporters: Math.round(args.number('exporters', 6, 1, MAX_EXPORTERS)),
        seed: Math.round(args.number('seed', 1, 0, 1e9)),
        dayCurve: args.flag('day-curve'),
        durationMs,
      },
      interruptSignal(),
    );
    process.stderr.write(`sending to ${args.text('to')}${durationMs === 0 ? ', Ctrl-C ends' : ''}\n`);
    const progress = process.stderr.isTTY
      ? setInterval(() => show(`\r\x1b[2K${text(task.counters)}`), 1000)
      : undefined;
    try {
      await task.run();
    } catch (cause) {
      throw new ConfigError('--to', args.text('to'), `a host that can be found (${(cause as Error).message})`, {
        cause,
      });
    } finally {
      clearInterval(progress);
    }
    const { sent, failed } = task.counters;
    show(`${progress === undefined ? '' : '\r\x1b[2K'}${text(task.counters)}\n`);
    return failed > 0 && sent === 0 ? 1 : 0;
  },
};

function text({ flows, sent, failed, lastError }: SendDemoCounters): string {
  const refused = failed === 0 ? '' : `, ${failed} refused (${lastError?.message ?? 'unknown'}: is anybody listening?)`;
  return `sent ${flows} flows in ${sent} datagrams${refused}`;
}

function show(line: string): void {
  process.stderr.write(line);
}
