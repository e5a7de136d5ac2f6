// `weir status`: asks a running weir for its figures, shows them, and checks that they add up.

import { setTimeout as sleep } from 'node:timers/promises';
import { identities, imbalance } from '../app/accounting.ts';
import { isReceiveStatus, type ReceiveStatus } from '../app/receive-status.ts';
import { receiveIdentities } from '../app/scaled-accounting.ts';
import type { Status } from '../app/status.ts';
import { accountingText, receiveStatusText, statusText } from '../app/status-text.ts';
import { loadConfig } from '../config/load.ts';
import { ConfigError } from '../lib/errors.ts';
import { type Arguments, CONFIG_OPTION, type Command } from './command.ts';
import { interruptSignal } from './target.ts';

const EVERY_MS = 1000;
const TIMEOUT_MS = 5000;

export const status: Command = {
  name: 'status',
  usage: 'weir status [--check] [--json] [--url URL]…',
  summary: 'Shows what a running weir receives, loses, holds and writes.',
  about: `Asks the weir at metrics.listen: weir run, receive or work. On a terminal the view is renewed every second until
Ctrl-C; elsewhere, with --once, with --check and of several it is printed once. Exit code 1: a weir cannot be reached, or its
figures do not add up.`,
  options: {
    ...CONFIG_OPTION,
    url: {
      type: 'string',
      value: 'URL',
      multiple: true,
      about:
        'where weir runs, as URL, HOST:PORT or PORT; may be repeated (default: metrics.listen of the configuration)',
    },
    check: { type: 'boolean', about: 'verify that what was received is written, waiting, kept aside or dropped' },
    json: { type: 'boolean', about: 'all figures, as JSON' },
    once: { type: 'boolean', about: 'print once, also on a terminal' },
  },
  positionals: { min: 0, max: 0 },

  async run(args) {
    const { config } = loadConfig(args.text('config'));
    const given = args.texts('url');
    const urls = given.length === 0 ? [configuredUrl(config.metrics.listen)] : given.map(urlOf);
    const isLive = process.stdout.isTTY === true && urls.length === 1;
    let code = 0;
    for (const url of urls) {
      if (urls.length > 1 && !args.flag('json')) print(`${url.origin}\n`);
      const result = await show(url, config.metrics.token, args, isLive);
      code = Math.max(code, result);
    }
    return code;
  },
};

type AnyStatus = Status | ReceiveStatus;
type Ask = () => Promise<AnyStatus | string>;

async function show(url: URL, token: string | undefined, args: Arguments, isLive: boolean): Promise<number> {
  const ask = () => fetchStatus(url, token);
  const first = await ask();
  if (typeof first === 'string') return fail(first);
  if (args.flag('json')) return print(`${JSON.stringify(first, undefined, 2)}\n`);
  if (args.flag('check')) {
    const all = isReceiveStatus(first) ? receiveIdentities(first) : identities(first);
    print(accountingText(all));
    return all.every((identity) => imbalance(identity) === 0) ? 0 : 1;
  }
  return isLive && !args.flag('once') ? showLive(first, ask) : showOnce(first, ask);
}

function textOf(status: AnyStatus, before: AnyStatus | undefined): string {
  if (isReceiveStatus(status)) return receiveStatusText(status, before && isReceiveStatus(before) ? before : undefined);
  return statusText(status, before === undefined || isReceiveStatus(before) ? undefined : before);
}

async function showOnce(first: AnyStatus, ask: Ask): Promise<number> {
  await sleep(EVERY_MS);
  const second = await ask();
  return typeof second === 'string' ? fail(second) : print(textOf(second, first));
}

async function showLive(first: AnyStatus, ask: Ask): Promise<number> {
  const signal = interruptSignal();
  let before = first;
  print(`\x1b[H\x1b[2J${textOf(first, undefined)}`);
  while (!signal.aborted) {
    await sleep(EVERY_MS, undefined, { signal }).catch(() => {});
    if (signal.aborted) break;
    const now = await ask();
    if (typeof now === 'string') return fail(now);
    print(`\x1b[H\x1b[2J${textOf(now, before)}`);
    before = now;
  }
  return 0;
}

/** The status, or why there is none. */
async function fetchStatus(url: URL, token: string | undefined): Promise<AnyStatus | string> {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  try {
    const answer = await fetch(url, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (answer.ok) return (await answer.json()) as AnyStatus;
    const remedy = answer.status === 401 ? ': set metrics.token (WEIR_METRICS_TOKEN)' : '';
    return `${url} answers ${answer.status}${remedy}`;
  } catch (error) {
    const cause = (error as Error).cause as Error | undefined;
    return `no weir answers at ${url} (${cause?.message ?? (error as Error).message}); does it run, and is metrics.listen the same?`;
  }
}

/** A URL, HOST:PORT, or a PORT of this host. */
function urlOf(text: string): URL {
  let url = text;
  if (/^\d+$/.test(text)) url = `http://127.0.0.1:${text}`;
  else if (/^(\[[^\]]+\]|[^:/]+):\d+$/.test(text)) url = `http://${text}`;
  if (!URL.canParse(url))
    throw new ConfigError('--url', text, 'a URL such as http://127.0.0.1:9747, HOST:PORT or PORT');
  return new URL('/status', url);
}

function configuredUrl(listen: string): URL {
  if (listen === 'off') throw new ConfigError('metrics.listen', listen, 'an address: weir status asks there');
  return urlOf(listen.replace(/^(\*|0\.0\.0\.0):/, '127.0.0.1:').replace(/^\[::\]:/, '[::1]:'));
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function fail(message: string): number {
  process.stderr.write(`weir: ${message}\n`);
  return 1;
}
