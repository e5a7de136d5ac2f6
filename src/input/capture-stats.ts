// What was found in one capture file.

export class CaptureStats {
  /** Packets of the capture; for raw files datagrams. */
  packets = 0;
  /** Flow datagrams handed on. */
  datagrams = 0;
  /** Packets that hold something else. */
  foreign = 0;
  /** Datagrams of `datagrams` that the capture cut short (snap length): their last records are missing. */
  truncated = 0;
  /** Fragmented datagrams whose other fragments the capture lacks. */
  fragmentsLost = 0;
  /** Packets per link type that is not understood; they are in `foreign`, too. */
  readonly unknownLinkTypes = new Map<number, number>();
  /** Why the file, or the rest of it, could not be read; undefined when it was read to its end. */
  problem: string | undefined = undefined;

  /** What a user should know beyond the numbers, as sentences; the problem first. */
  notes(): string[] {
    const notes: string[] = [];
    if (this.problem !== undefined) notes.push(this.problem);
    for (const [linkType, packets] of this.unknownLinkTypes) {
      notes.push(`${packets} packets of link type ${linkType}, which is not understood`);
    }
    if (this.truncated > 0) notes.push(`${this.truncated} datagrams were cut by the capture's snap length`);
    if (this.fragmentsLost > 0) notes.push(`${this.fragmentsLost} fragmented datagrams are incomplete`);
    if (this.problem === undefined && this.datagrams === 0) notes.push('no flow datagrams');
    return notes;
  }
}
