// How much of the processor another process has had: what tells one that runs in circles from one that waits for a disk or
// for its turn.

import { readFileSync } from 'node:fs';

/** USER_HZ: 100 on every Linux that there is. */
const TICKS_PER_SECOND = 100;
/** Places behind the name in /proc/PID/stat (proc(5)): fields 14 and 15, of which the first after the name is 3. */
const USER = 11;
const SYSTEM = 12;

/** User and system time since it began, s; undefined where the system does not tell, and for processes that are gone. */
export function processCpuSeconds(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[USER]) + Number(fields[SYSTEM])) / TICKS_PER_SECOND;
  } catch {
    return undefined;
  }
}
