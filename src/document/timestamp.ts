// Epoch milliseconds → ISO 8601 with milliseconds, as Date.toISOString writes it, at a twentieth of its price: the hour
// is remembered, the rest comes from two tables. Not one second is remembered but a few hours, because the times of
// one datagram's flows (start, end, receipt) lie minutes apart, in no order.

import { flat } from '../flow/flat.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** ECMAScript's range of dates: ± 100 million days around 1970. */
const MAX_DATE_MS = 8.64e15;

/** Remembered hours, by hour modulo this (a power of two). */
const SLOTS = 8;
const slotHour: number[] = new Array(SLOTS).fill(Number.NaN);
const slotText: string[] = new Array(SLOTS).fill('');

/** `mm:ss.` by second of the hour, `mmmZ"` by millisecond. */
const MINUTE_SECOND: string[] = [];
const MILLISECOND: string[] = [];
for (let second = 0; second < 3600; second++) {
  MINUTE_SECOND.push(`${digits(Math.floor(second / 60), 2)}:${digits(second % 60, 2)}.`);
}
for (let ms = 0; ms < 1000; ms++) MILLISECOND.push(`${digits(ms, 3)}Z"`);

function digits(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

/**
 * ISO 8601 text of an instant in quotes, e.g. "2026-11-21T03:45:15.007Z"; fractions of a ms are cut towards the past.
 * Years outside 0–9999 are written with six digits and sign. Callers ask isDate first: others give text that is no date.
 */
export function quotedTime(epochMs: number): string {
  const hour = Math.floor(epochMs / HOUR_MS);
  const inHour = Math.floor(epochMs - hour * HOUR_MS);
  const second = (inHour / 1000) | 0;
  return hourText(hour) + MINUTE_SECOND[second] + MILLISECOND[inHour - second * 1000];
}

/** True for the instants that may be written: from 1970 on (a negative time is a broken clock), no NaN, no infinity. */
export function isDate(epochMs: number | undefined): epochMs is number {
  return epochMs !== undefined && epochMs >= 0 && epochMs <= MAX_DATE_MS;
}

/** Epoch ms of the start of the UTC day. */
export function dayStart(epochMs: number): number {
  return Math.floor(epochMs / DAY_MS) * DAY_MS;
}

/** `"2026-11-21T03:` */
function hourText(hour: number): string {
  const slot = hour & (SLOTS - 1);
  if (slotHour[slot] !== hour) {
    const text = new Date(hour * HOUR_MS).toISOString();
    slotText[slot] = flat(`"${text.slice(0, text.indexOf('T') + 4)}`);
    slotHour[slot] = hour;
  }
  return slotText[slot]!;
}
