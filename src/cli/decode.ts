// `weir decode`: captures → documents, one per line on stdout: exactly the text that would be indexed. One run over
// several files is one session: templates of the first serve the second. The summary goes to stderr.

import { forCaptures, Pipeline } from '../app/pipeline.ts';
import { loadConfig } from '../config/load.ts';
import { readCapture } from '../input/capture.ts';
import { CaptureStats } from '../input/capture-stats.ts';
import { createLog } from '../lib/log.ts';
import { LineOutput } from '../output/lines.ts';
import { CONFIG_OPTION, type Command } from './command.ts';
import { decodeSummary } from './decode-summary.ts';

/** Flows that wait for names. */
const MAX_HELD = 1000;

export const decode: Command = {
  name: 'decode',
  usage: 'weir decode [options] FILE…',
  summary: 'Turns captured flow exports into documents, one JSON document per line on stdout.',
  about: `FILE is a pcap or pcapng capture (also gzipped), a file of raw datagrams, or an IPFIX file. Every UDP payload
that looks like a flow datagram is taken, whatever its port. The exporter is the packet's source address, the receive
time the packet's time. Several files are one session, in their order: templates of the first serve the second.
The summary on stderr says what was found, and what was not understood.

Exit code 0: every file was read (what is malformed in it is counted); 1: a file is missing, unreadable, empty or no
capture.`,
  options: {
    ...CONFIG_OPTION,
    all: { type: 'boolean', short: 'a', about: 'counter documents (sFlow) too, not only flows' },
    quiet: { type: 'boolean', short: 'q', about: 'no summary' },
  },
  positionals: { min: 1, max: Number.POSITIVE_INFINITY },

  async run(args) {
    const { config } = loadConfig(args.text('config'));
    const lines = new LineOutput({ fd: 1 });
    const log = createLog('error');
    const pipeline = new Pipeline(
      forCaptures(config),
      (_timestampMs, _id, text) => lines.append('flows', 0, '', text),
      log,
      args.flag('all') ? (_timestampMs, _id, text) => lines.append('counters', 0, '', text) : undefined,
    );
    await pipeline.start();
    const found: { path: string; stats: CaptureStats }[] = [];
    for (const path of args.files) {
      const stats = new CaptureStats();
      found.push({ path, stats });
      for await (const datagrams of readCapture(path, stats)) {
        // A file is read faster than names come.
        await pipeline.holdBack?.atMost(MAX_HELD);
        for (const datagram of datagrams) pipeline.decoder.decode(datagram);
        // `weir decode … | head`: nobody reads on.
        if (lines.isEnded) break;
      }
    }
    pipeline.decoder.flush(Number.POSITIVE_INFINITY);
    await pipeline.holdBack?.atMost(0);
    pipeline.stop();
    await lines.stop();
    if (!args.flag('quiet')) process.stderr.write(decodeSummary(found, pipeline.decoder.counters));
    return found.some(({ stats }) => stats.problem !== undefined && stats.packets === 0) ? 1 : 0;
  },
};
