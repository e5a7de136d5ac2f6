// Epoch milliseconds → ISO 8601 with milliseconds, as Date.toISOString writes it, at a twentieth of its price: the
// second is remembered, the rest comes from a table. Not one second is remembered but half an hour of them, because the
// times of one datagram's flows (start, end, receipt) lie minutes apart, in no order.

import { flat } from './json.ts';

/** ECMAScript's range of dates: ± 100 million days around 1970. */
const MAX_DATE_MS = 8.64e15;

/** Remembered seconds, by second modulo this (a power of two). */
const SLOTS = 2048;
const slotSecond = new Float64Array(SLOTS).fill(Number.NaN);
const slotText: string[] = new Array<string>(SLOTS).fill('');

/** `mmmZ"` by millisecond. */
const MILLISECOND: string[] = [];
for (let ms = 0; ms < 1000; ms++) MILLISECOND.push(`${String(ms).padStart(3, '0')}Z"`);

/**
 * ISO 8601 text of an instant in quotes, e.g. "2026-11-21T03:45:15.007Z"; fractions of a ms are cut towards the past.
 * Years outside 0–9999 are written with six digits and sign. Callers ask isDate first: others give text that is no date.
 */
export function quotedTime(epochMs: number): string {
  const second = Math.floor(epochMs / 1000);
  return secondText(second) + MILLISECOND[Math.floor(epochMs - second * 1000)];
}

/** True for the instants that may be written: from 1970 on (a negative time is a broken clock), no NaN, no infinity. */
export function isDate(epochMs: number | undefined): epochMs is number {
  return epochMs !== undefined && epochMs >= 0 && epochMs <= MAX_DATE_MS;
}

/** `"2026-11-21T03:45:15.` */
function secondText(second: number): string {
  const slot = second & (SLOTS - 1);
  if (slotSecond[slot] !== second) {
    const text = new Date(second * 1000).toISOString();
    slotText[slot] = flat(`"${text.slice(0, text.indexOf('.') + 1)}`);
    slotSecond[slot] = second;
  }
  return slotText[slot]!;
}
