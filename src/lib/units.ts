// Sizes and durations as people write them in configuration: 16MiB, 500ms, 5m. Numbers alone are bytes or seconds.

const BYTES = new Map([
  ['', 1],
  ['b', 1],
  ['k', 1e3],
  ['kb', 1e3],
  ['kib', 1024],
  ['m', 1e6],
  ['mb', 1e6],
  ['mib', 1024 ** 2],
  ['g', 1e9],
  ['gb', 1e9],
  ['gib', 1024 ** 3],
  ['t', 1e12],
  ['tb', 1e12],
  ['tib', 1024 ** 4],
]);

const MILLISECONDS = new Map([
  ['ms', 1],
  ['', 1000],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 604_800_000],
]);

/** Bytes of "16MiB", "5 MB", 4096; undefined where the text is no size. */
export function parseBytes(value: string | number): number | undefined {
  return parse(value, BYTES, (number) => Math.round(number));
}

/** Milliseconds of "500ms", "5m", "1h", "7d"; a number without unit is seconds; undefined where it is no duration. */
export function parseDuration(value: string | number): number | undefined {
  return parse(value, MILLISECONDS, (number) => number);
}

function parse(value: string | number, units: Map<string, number>, round: (n: number) => number): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([a-zA-Z]*)$/.exec(String(value).trim());
  if (match === null) return undefined;
  const unit = units.get(match[2]!.toLowerCase());
  return unit === undefined ? undefined : round(Number(match[1]) * unit);
}

/** "1.4 MB", "12 kB", "318 B": decimal units, three figures. For people, not for files. */
export function formatBytes(bytes: number): string {
  return `${formatCount(bytes, ['B', 'kB', 'MB', 'GB', 'TB', 'PB'], ' ')}`;
}

/** "950", "1.2k", "35M": for people, not for files. */
export function formatNumber(value: number): string {
  return formatCount(value, ['', 'k', 'M', 'G', 'T', 'P'], '');
}

function formatCount(value: number, units: readonly string[], gap: string): string {
  let scaled = value;
  let unit = 0;
  while (scaled >= 999.5 && unit < units.length - 1) {
    scaled /= 1000;
    unit++;
  }
  const digits = unit === 0 || scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
  const text = digits === 0 ? scaled.toFixed(0) : scaled.toFixed(digits).replace(/\.?0+$/, '');
  return `${text}${gap}${units[unit]}`;
}
