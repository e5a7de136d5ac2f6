// The one logger: pino, NDJSON on stderr (stdout belongs to documents), a component name on every line. On a terminal the
// same lines as text.

import { type Logger, pino } from 'pino';
import { terminalDestination } from './log-terminal.ts';

export type Log = Logger;

export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug';

/** Root logger; components take `log.child({ component: 'udp' })`. Writes synchronously, so nothing is lost at exit. */
export function createLog(level: LogLevel): Log {
  const destination = process.stderr.isTTY ? terminalDestination() : pino.destination({ fd: 2, sync: true });
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}
