// Datagrams that the kernel threw away because our socket's buffer was full: the last column of /proc/net/udp and udp6
// (Linux, proc_pid_net(5)). Nothing else tells about them, and a collector that does not count them lies about its losses.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Inodes of the sockets of this process; undefined where /proc does not tell. */
export function ownSocketInodes(): ReadonlySet<string> | undefined {
  const inodes = new Set<string>();
  try {
    for (const fd of readdirSync('/proc/self/fd')) {
      try {
        const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1];
        if (inode !== undefined) inodes.add(inode);
      } catch {
        // Closed since the folder was listed, as the descriptor of that listing itself is.
      }
    }
  } catch {
    return undefined;
  }
  return inodes;
}

/** Drops so far of our sockets on `ports`, from the kernel's tables; undefined where there are none. */
export function readKernelDrops(
  ports: ReadonlySet<number>,
  inodes: ReadonlySet<string> | undefined,
): number | undefined {
  let drops: number | undefined;
  for (const file of ['/proc/net/udp', '/proc/net/udp6']) {
    let table: string;
    try {
      table = readFileSync(file, 'latin1');
    } catch {
      continue;
    }
    drops = (drops ?? 0) + sumDrops(table, ports, inodes);
  }
  return drops;
}

/** Sum of the drops column over the rows of `ports`, of one of our inodes where these are known. */
export function sumDrops(table: string, ports: ReadonlySet<number>, inodes: ReadonlySet<string> | undefined): number {
  let sum = 0;
  for (const line of table.split('\n').slice(1)) {
    // sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode ref pointer drops
    const columns = line.trim().split(/\s+/);
    if (columns.length < 13) continue;
    const port = Number.parseInt(columns[1]!.split(':')[1] ?? '', 16);
    if (ports.has(port) && (inodes === undefined || inodes.has(columns[9]!))) sum += Number(columns[12]);
  }
  return sum;
}
