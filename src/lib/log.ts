// The one logger: pino, NDJSON on stderr (stdout belongs to documents), a component name on every line. On a terminal the
// same lines as text. pino is loaded when the first line is written: that takes 20 ms, and `weir decode` mostly has
// nothing to say.

import { createRequire } from 'node:module';
import type { Logger } from 'pino';
import { terminalDestination } from './log-terminal.ts';

export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug';

/** What of pino's loggers is used. */
export interface Log {
  /** A logger whose lines carry these members as well. */
  child(bindings: Readonly<Record<string, unknown>>): Log;
  error(fields: object, message: string): void;
  error(message: string): void;
  warn(fields: object, message: string): void;
  warn(message: string): void;
  info(fields: object, message: string): void;
  info(message: string): void;
  debug(fields: object, message: string): void;
  debug(message: string): void;
}

/** Root logger; components take `log.child({ component: 'udp' })`. Writes synchronously, so nothing is lost at exit. */
export function createLog(level: LogLevel): Log {
  return new LateLog(level, () => {
    const { pino } = createRequire(import.meta.url)('pino') as typeof import('pino');
    const destination = process.stderr.isTTY ? terminalDestination() : pino.destination({ fd: 2, sync: true });
    return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
  });
}

const LEVELS: readonly LogLevel[] = ['silent', 'error', 'warn', 'info', 'debug'];

class LateLog implements Log {
  readonly #level: LogLevel;
  readonly #make: () => Logger;
  #logger: Logger | undefined = undefined;

  constructor(level: LogLevel, make: () => Logger) {
    this.#level = level;
    this.#make = make;
  }

  child(bindings: Readonly<Record<string, unknown>>): Log {
    return new LateLog(this.#level, () => this.#pino().child(bindings));
  }

  error(...line: [object, string] | [string]): void {
    this.#write('error', line);
  }

  warn(...line: [object, string] | [string]): void {
    this.#write('warn', line);
  }

  info(...line: [object, string] | [string]): void {
    this.#write('info', line);
  }

  debug(...line: [object, string] | [string]): void {
    this.#write('debug', line);
  }

  #write(level: Exclude<LogLevel, 'silent'>, line: [object, string] | [string]): void {
    if (LEVELS.indexOf(level) > LEVELS.indexOf(this.#level)) return;
    if (line.length === 1) this.#pino()[level](line[0]);
    else this.#pino()[level](line[0], line[1]);
  }

  #pino(): Logger {
    this.#logger ??= this.#make();
    return this.#logger;
  }
}
