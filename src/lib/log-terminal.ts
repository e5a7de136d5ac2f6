// Log lines for people: pino's NDJSON turned into "12:00:01 warn udp: message (key value)". For terminals only; elsewhere
// the NDJSON itself is written, for machines.

import { isatty } from 'node:tty';

const LEVELS = new Map([
  [20, 'debug'],
  [30, 'info'],
  [40, 'warn'],
  [50, 'error'],
  [60, 'fatal'],
]);
const COLORS = new Map([
  [40, '\x1b[33m'],
  [50, '\x1b[31m'],
  [60, '\x1b[31m'],
]);
/** Erases what the live line has drawn; it draws itself anew. */
const CLEAR_LINE = '\r\x1b[2K';

/** One line of pino's as text. */
export function terminalLine(json: string, hasColors: boolean): string {
  const { level, time, component, msg, ...rest } = JSON.parse(json) as Record<string, unknown>;
  const facts = Object.entries(rest).map(
    ([key, value]) => `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const color = hasColors ? COLORS.get(Number(level)) : undefined;
  const name = LEVELS.get(Number(level)) ?? String(level);
  return (
    `${String(time).slice(11, 19)} ${color === undefined ? name : `${color}${name}\x1b[0m`} ` +
    `${component === undefined ? '' : `${String(component)}: `}${String(msg)}` +
    `${facts.length === 0 ? '' : ` (${facts.join(', ')})`}\n`
  );
}

/** A destination for pino that writes such lines to stderr. */
export function terminalDestination(): { write(json: string): void } {
  const hasColors = isatty(2) && process.env['NO_COLOR'] === undefined;
  return { write: (json) => void process.stderr.write(CLEAR_LINE + terminalLine(json, hasColors)) };
}
