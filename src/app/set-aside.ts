// Datagrams that weir cannot decode by a fault of its own, kept beside the dead letters: each as a capture (`weir decode`
// shows the fault, `weir load` writes the flows once it is mended) and a file that says what happened.

import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Datagram } from '../flow/datagram.ts';
import { MAX_UDP_PAYLOAD, pcapOf } from '../input/pcap-writer.ts';
import type { Log } from '../lib/log.ts';
import { makeFolder } from '../lib/make-folder.ts';

const PREFIX = 'datagram-';
/** Files kept; of further datagrams only the log tells. */
const MAX_FILES = 1000;

/**
 * Writes `datagram-ID.pcap` and `datagram-ID.json`, and an error into the log. Never throws.
 * @param directory that of the dead letters
 * @param reason for people
 */
export function setAside(directory: string, datagram: Datagram, reason: string, log: Log): void {
  const { bytes, exporterAddress, exporterPort, receivedMs, id } = datagram;
  // Longer ones come over TCP only; weir reads bare payloads, too.
  const [form, content] = bytes.length > MAX_UDP_PAYLOAD ? ['bin', bytes] : ['pcap', pcapOf(datagram)];
  const name = PREFIX + id.replace(/\W/g, '_');
  const file = join(directory, `${name}.${form}`);
  const about = { reason, exporter: exporterAddress, port: exporterPort, id };
  try {
    makeFolder(directory);
    if (readdirSync(directory).filter((other) => other.startsWith(PREFIX)).length >= MAX_FILES) {
      throw new Error(`${MAX_FILES} files of datagrams are there already`);
    }
    writeFileSync(file, content, { mode: 0o600 });
    const text = JSON.stringify({ time: new Date().toISOString(), receivedMs, ...about });
    writeFileSync(join(directory, `${name}.json`), `${text}\n`, { mode: 0o600 });
    log.error({ ...about, file }, 'a datagram that weir cannot decode was set aside');
  } catch (error) {
    log.error({ ...about, error: (error as Error).message }, 'a datagram that weir cannot decode is lost');
  }
}
