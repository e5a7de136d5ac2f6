// The kinds of value that configuration keys take: sizes, durations, ports, rates by prefix. Every failure says what
// was expected in the words that the error message prints.

import { z } from 'zod';
import { parseBytes, parseDuration } from '../lib/units.ts';

/** "16MiB" → bytes. */
export function size() {
  return unit(parseBytes, 'a size such as 16MiB or 64kB');
}

/** "30s" → milliseconds. */
export function duration() {
  return unit(parseDuration, 'a duration such as 500ms, 30s, 5m or 1h');
}

function unit(parse: (value: string | number) => number | undefined, expected: string) {
  return z.union([z.number(), z.string()]).transform((value, context): number => {
    const parsed = parse(value);
    if (parsed !== undefined) return parsed;
    context.issues.push({ code: 'custom', message: expected, input: value });
    return z.NEVER;
  });
}

/** A text that may be written as a number in YAML (a port, an AS number). */
export function text() {
  return z.union([z.string(), z.number()]).transform(String);
}

/** A list that may also be given as one comma-separated text, as the environment does. */
export function list<T extends z.ZodType>(item: T) {
  return z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value),
    z.array(item),
  );
}

/** true and false, or yes and no, which YAML 1.2 takes for texts. */
export function yesNo() {
  return z.preprocess(
    (value) => (value === 'yes' ? true : value === 'no' ? false : value),
    z.boolean({ error: 'yes or no' }),
  );
}

/** A whole number in [min, max]. */
export function integer(min: number, max: number) {
  return z.number().int().min(min).max(max);
}

/** A whole number in [min, max], or auto. */
export function integerOrAuto(min: number, max: number) {
  return z.union([z.number(), z.string()]).transform((value, context): number | 'auto' => {
    if (value === 'auto') return value;
    // From the environment it is a text.
    const number = typeof value === 'number' ? value : /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (Number.isInteger(number) && number >= min && number <= max) return number;
    context.issues.push({ code: 'custom', message: `auto, or a number from ${min} to ${max}`, input: value });
    return z.NEVER;
  });
}
