// The captures beside the package (never in it): ordered feeds, each the files that one exporter sent, and the side
// files in which other tools say what is in them.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { packageRoot } from '../../src/lib/package-root.ts';

/** WEIR_TEST_CAPTURES names another place. */
export const capturesFolder = process.env['WEIR_TEST_CAPTURES'] ?? join(packageRoot, '..', 'shared', 'captures');

/** For `test(…, { skip })`: false when the captures are there, else why not. */
export const captureSkip = existsSync(join(capturesFolder, 'feeds.json'))
  ? false
  : 'the captures are not beside the package (../shared/captures)';

export interface Feed {
  readonly name: string;
  /** Relative to the captures' folder, in the order they were sent. */
  readonly files: readonly string[];
}

export function readFeeds(): readonly Feed[] {
  return JSON.parse(readFileSync(join(capturesFolder, 'feeds.json'), 'utf8')) as Feed[];
}

/** The text of `<file>.<suffix>` or its gzip form; undefined when neither is there. */
export function readSideFile(file: string, suffix: string): string | undefined {
  const path = join(capturesFolder, `${file}.${suffix}`);
  if (existsSync(path)) return readFileSync(path, 'utf8');
  if (existsSync(`${path}.gz`)) return gunzipSync(readFileSync(`${path}.gz`)).toString('utf8');
  return undefined;
}

/** What its tshark decode says must be sent before a file for its data to be understood. */
export function fedBefore(file: string): readonly string[] {
  const text = readSideFile(file, 'tshark.json');
  return text === undefined ? [] : ((JSON.parse(text) as { readonly fed_before?: readonly string[] }).fed_before ?? []);
}
