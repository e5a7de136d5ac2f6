// Chooses the command. Each command lives in its own file and is loaded only when it is called, so that `weir decode`
// does not wait for what only `weir run` needs.

import { type Command, helpText, readArguments } from './cli/command.ts';
import { ConfigError } from './lib/errors.ts';
import { packageVersion } from './lib/package-root.ts';
import { suggest } from './lib/suggest.ts';

/** Exit code for bad arguments and bad configuration. */
const EXIT_USAGE = 2;

interface Entry {
  readonly name: string;
  readonly summary: string;
  /** Started by weir itself: not in the help. */
  readonly isInternal?: boolean;
  load(): Promise<Command>;
}

const COMMANDS: readonly Entry[] = [
  {
    name: 'run',
    summary: 'receive, decode, enrich and write flows',
    load: async () => (await import('./cli/run.ts')).run,
  },
  {
    name: 'receive',
    summary: 'receive datagrams into Redis Streams (scaled form)',
    load: async () => (await import('./cli/receive.ts')).receive,
  },
  {
    name: 'work',
    summary: 'decode and write what receivers put into Redis',
    load: async () => (await import('./cli/work.ts')).work,
  },
  {
    name: 'aside',
    summary: 'what workers could not decode: show, save, retry',
    load: async () => (await import('./cli/aside.ts')).aside,
  },
  {
    name: 'decode',
    summary: 'captures to documents, one per line',
    load: async () => (await import('./cli/decode.ts')).decode,
  },
  {
    name: 'replay',
    summary: 'send the datagrams of captures over UDP',
    load: async () => (await import('./cli/replay.ts')).replay,
  },
  {
    name: 'demo',
    summary: 'send realistic synthetic traffic of several exporters',
    load: async () => (await import('./cli/demo.ts')).demo,
  },
  {
    name: 'setup',
    summary: 'install index template, data view and dashboards',
    load: async () => (await import('./cli/setup.ts')).setup,
  },
  {
    name: 'load',
    summary: 'load captures, store files and repaired dead letters',
    load: async () => (await import('./cli/load.ts')).load,
  },
  {
    name: 'status',
    summary: 'what a running weir receives, loses, holds and writes',
    load: async () => (await import('./cli/status.ts')).status,
  },
  {
    name: 'geoip',
    summary: 'fetch or renew the GeoIP databases (geoip update)',
    load: async () => (await import('./cli/geoip.ts')).geoip,
  },
  {
    name: 'check',
    summary: 'validate the configuration',
    load: async () => (await import('./cli/check.ts')).check,
  },
  {
    name: 'worker',
    summary: 'one of the processes of weir run',
    isInternal: true,
    load: async () => (await import('./cli/worker.ts')).worker,
  },
];

const SHOWN = COMMANDS.filter((command) => command.isInternal !== true);

/** Runs `weir ARGUMENTS` and returns the exit code. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === '--version' || name === '-v') return print(`weir ${packageVersion}\n`);
  if (name === undefined) return fail(overview());
  if (name === '--help' || name === '-h' || (name === 'help' && rest.length === 0)) return print(overview());
  try {
    const command = await load(name === 'help' ? rest[0]! : name);
    const args = name === 'help' ? undefined : readArguments(command, rest);
    return args === undefined ? print(helpText(command)) : await command.run(args);
  } catch (error) {
    if (error instanceof ConfigError) return fail(`weir: ${error.message}\n`);
    throw error;
  }
}

async function load(name: string): Promise<Command> {
  const entry = COMMANDS.find((command) => command.name === name);
  if (entry !== undefined) return entry.load();
  const near = suggest(
    name,
    SHOWN.map((command) => command.name),
  );
  const hint = near === undefined ? 'see weir --help' : `did you mean ${near}?`;
  throw new ConfigError('command', name, `a command of weir (${hint})`);
}

function overview(): string {
  const rows = SHOWN.map((command) => `  ${command.name.padEnd(10)}${command.summary}`).join('\n');
  return `weir ${packageVersion}: flows into Elasticsearch, seen in Kibana

Usage: weir COMMAND [options]

Commands:
${rows}

weir COMMAND --help shows the options of a command; weir --version the version.
`;
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function fail(text: string): number {
  process.stderr.write(text);
  return EXIT_USAGE;
}
