// What a process that stays begins with: its configuration and its log. Variables of the environment that look like keys
// and are none get a warning, since they do nothing.

import { loadConfig } from '../config/load.ts';
import type { Config } from '../config.ts';
import { createLog, type Log, type LogLevel } from '../lib/log.ts';
import type { Arguments } from './command.ts';

export interface Configured {
  readonly config: Config;
  /** Where it was read. */
  readonly file: string;
  readonly log: Log;
}

/**
 * Throws ConfigError.
 * @param levelFor another level of the log than the one configured
 */
export function configured(args: Arguments, levelFor = (level: LogLevel): LogLevel => level): Configured {
  const { config, file, unknownVariables } = loadConfig(args.text('config'));
  const level = levelFor(config.log.level);
  const log = createLog(level);
  for (const name of unknownVariables) log.warn(`${name} names no key of the configuration`);
  return { config: { ...config, log: { ...config.log, level } }, file, log };
}
