// What a command is, and how its arguments are read and its help is written: one table per command serves both.

import { parseArgs } from 'node:util';
import { ConfigError } from '../lib/errors.ts';
import { suggest } from '../lib/suggest.ts';

export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** What stands for the value in the help, e.g. HOST:PORT. */
  readonly value?: string;
  readonly about: string;
  readonly multiple?: boolean;
}

export interface Arguments {
  readonly files: readonly string[];
  text(name: string): string | undefined;
  texts(name: string): readonly string[];
  flag(name: string): boolean;
  /** A number in [min, max]; throws ConfigError otherwise. */
  number(name: string, fallback: number, min: number, max: number): number;
}

export interface Command {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  /** Paragraph of the help. */
  readonly about: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** How many positional arguments it takes. */
  readonly positionals: { readonly min: number; readonly max: number };
  /** Returns the exit code. */
  run(args: Arguments): Promise<number>;
}

/** The option that most commands share. */
export const CONFIG_OPTION: Readonly<Record<string, OptionSpec>> = {
  config: { type: 'string', short: 'c', value: 'FILE', about: 'configuration file (default: pipelines/weir.yml)' },
};

const HELP_OPTION: OptionSpec = { type: 'boolean', short: 'h', about: 'show this help' };

/** Reads the arguments after the command's name. Returns undefined when help is asked for. Throws ConfigError. */
export function readArguments(command: Command, argv: readonly string[]): Arguments | undefined {
  const options: Record<string, OptionSpec> = { ...command.options, help: HELP_OPTION };
  const parsed = parseStrictly(command, options, argv);
  if (parsed.values['help'] === true) return undefined;
  const count = parsed.positionals.length;
  if (count < command.positionals.min) throw new ConfigError(command.name, undefined, `usage: ${command.usage}`);
  if (count > command.positionals.max) {
    throw new ConfigError(command.name, parsed.positionals[command.positionals.max], `usage: ${command.usage}`);
  }
  return new ParsedArguments(parsed.values, parsed.positionals);
}

type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

function parseStrictly(command: Command, options: Record<string, OptionSpec>, argv: readonly string[]) {
  for (const argument of argv) {
    if (argument === '--') break;
    const name = /^--([^=]+)/.exec(argument)?.[1];
    if (name !== undefined && options[name] === undefined) {
      const near = suggest(name, Object.keys(options));
      const hint = near === undefined ? `see weir ${command.name} --help` : `did you mean --${near}?`;
      throw new ConfigError('arguments', argument, `an option of weir ${command.name} (${hint})`);
    }
  }
  try {
    const specs = Object.entries(options).map(([name, spec]) => [name, parseSpec(spec)]);
    return parseArgs({ args: [...argv], options: Object.fromEntries(specs), allowPositionals: true }) as {
      values: Values;
      positionals: string[];
    };
  } catch (cause) {
    throw new ConfigError('arguments', argv.join(' '), `${command.usage} (${(cause as Error).message})`, { cause });
  }
}

function parseSpec(spec: OptionSpec) {
  return {
    type: spec.type,
    ...(spec.short === undefined ? {} : { short: spec.short }),
    ...(spec.multiple === true ? { multiple: true } : {}),
  };
}

class ParsedArguments implements Arguments {
  readonly files: readonly string[];
  readonly #values: Values;

  constructor(values: Values, positionals: readonly string[]) {
    this.#values = values;
    this.files = positionals;
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === 'string' ? value : undefined;
  }

  texts(name: string): readonly string[] {
    const value = this.#values[name];
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  }

  flag(name: string): boolean {
    return this.#values[name] === true;
  }

  number(name: string, fallback: number, min: number, max: number): number {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (text.trim() === '' || !(value >= min && value <= max)) {
      throw new ConfigError(`--${name}`, text, `a number from ${min} to ${max}`);
    }
    return value;
  }
}

/** The text of `weir COMMAND --help`. */
export function helpText(command: Command): string {
  const rows = Object.entries({ ...command.options, help: HELP_OPTION }).map(([name, spec]) => {
    const short = spec.short === undefined ? '    ' : `-${spec.short}, `;
    return [`  ${short}--${name}${spec.value === undefined ? '' : ` ${spec.value}`}`, spec.about] as const;
  });
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  const options = rows.map(([left, about]) => `${left.padEnd(width)}${about}`).join('\n');
  return `${command.summary}\n\nUsage: ${command.usage}\n\n${command.about.trim()}\n\nOptions:\n${options}\n`;
}
