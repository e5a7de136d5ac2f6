// Turns the events of node:test into a short report: one line per file, every failure in full, every skip with its
// reason, and what tests print themselves. Counts for the closing line.

import { relative } from 'node:path';
import { inspect } from 'node:util';

/** Characters of one failure that are printed: enough for any assertion but the comparison of whole documents. */
const LONGEST_FAILURE = 4_000;

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/**
 * Reads the events to their end.
 * @param {AsyncIterable<{ type: string, data: any }>} events as `run()` of node:test gives them
 * @param {{ folder: string, print: (text: string) => void }} options folder: what file names are shown relative to
 * @returns {Promise<Counts>}
 */
export async function report(events, options) {
  /** @type {Map<string, Counts & { started: number, ms: number }>} */
  const files = new Map();
  const total = { passed: 0, failed: 0, skipped: 0 };
  /** @type {string[]} */
  const skips = [];
  let current = '';

  /** @param {string} file */
  const entryOf = (file) => {
    const entry = files.get(file) ?? { passed: 0, failed: 0, skipped: 0, started: Date.now(), ms: 0 };
    files.set(file, entry);
    return entry;
  };
  const flush = () => {
    const entry = files.get(current);
    if (entry) options.print(fileLine(relative(options.folder, current), entry));
    current = '';
  };

  for await (const { type, data } of events) {
    if (type === 'test:stdout' || type === 'test:stderr') {
      options.print(String(data.message).replace(/\n$/, ''));
      continue;
    }
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const file = data.file ?? data.name;
    if (file !== current) {
      flush();
      current = file;
    }
    if (data.details?.type === 'suite' && type === 'test:pass') continue;
    const entry = entryOf(file);
    if (data.nesting === 0) entry.ms += data.details?.duration_ms ?? 0;
    const outcome = outcomeOf(type, data);
    entry[outcome]++;
    total[outcome]++;
    if (outcome === 'skipped') skips.push(`  ${relative(options.folder, file)}: ${data.name}: ${reasonOf(data)}`);
    if (outcome === 'failed') options.print(failureText(data, relative(options.folder, file)));
  }
  flush();
  if (skips.length > 0) options.print(['', 'skipped:', ...skips].join('\n'));
  return total;
}

/**
 * A failed `todo` or a suite that failed only through its children counts once, with the child.
 * @param {string} type
 * @param {any} data
 * @returns {'passed' | 'failed' | 'skipped'}
 */
function outcomeOf(type, data) {
  if (data.skip !== undefined && data.skip !== false) return 'skipped';
  if (data.todo !== undefined && data.todo !== false) return 'skipped';
  return type === 'test:pass' ? 'passed' : 'failed';
}

/** @param {any} data */
function reasonOf(data) {
  const reason = data.skip ?? data.todo;
  return typeof reason === 'string' && reason !== '' ? reason : 'no reason given';
}

/**
 * @param {any} data
 * @param {string} file
 */
function failureText(data, file) {
  const error = data.details?.error;
  const cause = error?.cause ?? error;
  const text = inspect(cause, { depth: 3 });
  const shown =
    text.length > LONGEST_FAILURE ? `${text.slice(0, LONGEST_FAILURE)}\n… (${text.length} characters)` : text;
  return `\nFAILED ${file}: ${data.name}\n${indent(shown)}\n`;
}

/** @param {string} text */
function indent(text) {
  return text.replace(/^/gm, '    ');
}

/**
 * @param {string} name
 * @param {Counts & { ms: number }} entry
 */
function fileLine(name, entry) {
  const mark = entry.failed > 0 ? 'FAILED' : entry.passed > 0 ? 'ok' : 'skip';
  const extras = [
    entry.failed > 0 ? `${entry.failed} failed` : '',
    entry.skipped > 0 ? `${entry.skipped} skipped` : '',
    entry.ms >= 1_000 ? `${(entry.ms / 1_000).toFixed(1)} s` : '',
  ].filter((text) => text !== '');
  return `${mark.padEnd(6)} ${name}: ${entry.passed} passed${extras.map((text) => `, ${text}`).join('')}`;
}
