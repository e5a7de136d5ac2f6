// The one logger: pino, NDJSON on stderr (stdout belongs to documents), a component name on every line.

import { type Logger, pino } from 'pino';

export type Log = Logger;

export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug';

/** Root logger; components take `log.child({ component: 'udp' })`. Writes synchronously, so nothing is lost at exit. */
export function createLog(level: LogLevel): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ fd: 2, sync: true }));
}
