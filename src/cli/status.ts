// `weir status`: asks a running weir for its figures, shows them, and checks that they add up.

import { setTimeout as sleep } from 'node:timers/promises';
import { identities, imbalance } from '../app/accounting.ts';
import type { Status } from '../app/status.ts';
import { accountingText, statusText } from '../app/status-text.ts';
import { loadConfig } from '../config/load.ts';
import { ConfigError } from '../lib/errors.ts';
import { CONFIG_OPTION, type Command } from './command.ts';
import { interruptSignal } from './target.ts';

const EVERY_MS = 1000;
const TIMEOUT_MS = 5000;

export const status: Command = {
  name: 'status',
  usage: 'weir status [--check] [--json] [--url URL]',
  summary: 'Shows what a running weir receives, loses, holds and writes.',
  about: `Asks the weir at metrics.listen. On a terminal the view is renewed every second until Ctrl-C; elsewhere, with
--once and with --check it is printed once. Exit code 1: weir cannot be reached, or its figures do not add up.`,
  options: {
    ...CONFIG_OPTION,
    url: { type: 'string', value: 'URL', about: 'where weir runs (default: metrics.listen of the configuration)' },
    check: { type: 'boolean', about: 'verify that what was received is written, waiting, kept aside or dropped' },
    json: { type: 'boolean', about: 'all figures, as JSON' },
    once: { type: 'boolean', about: 'print once, also on a terminal' },
  },
  positionals: { min: 0, max: 0 },

  async run(args) {
    const { config } = loadConfig(args.text('config'));
    const url = statusUrl(args.text('url'), config.metrics.listen);
    const ask = () => fetchStatus(url, config.metrics.token);
    const first = await ask();
    if (typeof first === 'string') return fail(first);
    if (args.flag('json')) return print(`${JSON.stringify(first, undefined, 2)}\n`);
    if (args.flag('check')) {
      print(accountingText(first));
      return identities(first).every((identity) => imbalance(identity) === 0) ? 0 : 1;
    }
    const isLive = process.stdout.isTTY === true && !args.flag('once');
    return isLive ? showLive(first, ask) : showOnce(first, ask);
  },
};

async function showOnce(first: Status, ask: () => Promise<Status | string>): Promise<number> {
  await sleep(EVERY_MS);
  const second = await ask();
  return typeof second === 'string' ? fail(second) : print(statusText(second, first));
}

async function showLive(first: Status, ask: () => Promise<Status | string>): Promise<number> {
  const signal = interruptSignal();
  let before = first;
  print(`\x1b[H\x1b[2J${statusText(first, undefined)}`);
  while (!signal.aborted) {
    await sleep(EVERY_MS, undefined, { signal }).catch(() => {});
    if (signal.aborted) break;
    const now = await ask();
    if (typeof now === 'string') return fail(now);
    print(`\x1b[H\x1b[2J${statusText(now, before)}`);
    before = now;
  }
  return 0;
}

/** The status, or why there is none. */
async function fetchStatus(url: URL, token: string | undefined): Promise<Status | string> {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  try {
    const answer = await fetch(url, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (answer.ok) return (await answer.json()) as Status;
    const remedy = answer.status === 401 ? ': set metrics.token (WEIR_METRICS_TOKEN)' : '';
    return `${url} answers ${answer.status}${remedy}`;
  } catch (error) {
    const cause = (error as Error).cause as Error | undefined;
    return `no weir answers at ${url} (${cause?.message ?? (error as Error).message}); is weir run going, and is metrics.listen the same?`;
  }
}

function statusUrl(url: string | undefined, listen: string): URL {
  if (url !== undefined) {
    if (!URL.canParse(url)) throw new ConfigError('--url', url, 'a URL such as http://127.0.0.1:9747');
    return new URL('/status', url);
  }
  if (listen === 'off') throw new ConfigError('metrics.listen', listen, 'an address: weir status asks there');
  const address = /:\d+$/.test(listen) ? listen : `127.0.0.1:${listen}`;
  return new URL(`http://${address.replace(/^(\*|0\.0\.0\.0):/, '127.0.0.1:').replace(/^\[::\]:/, '[::1]:')}/status`);
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function fail(message: string): number {
  process.stderr.write(`weir: ${message}\n`);
  return 1;
}
