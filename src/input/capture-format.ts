// What pcap and pcapng have in common for their reader.

/** Called for every packet: its bytes are [start, end) of the view, only until the call returns. */
export type PacketSink = (
  view: DataView,
  start: number,
  end: number,
  /** Link type as the tcpdump.org registry numbers it. */
  linkType: number,
  /** Capture time, epoch ms; NaN where the packet has none (pcapng simple packets). */
  timeMs: number,
  /** Length on the wire; more than end - start when the capture cut the packet. */
  wireBytes: number,
) => void;

/** A reader of one file, fed by chunks. */
export interface CaptureFormat {
  /**
   * Emits the packets that are complete in `view` and returns the number of bytes it is done with; the rest is to come
   * again with more behind it. Once `problem` is set there is nothing more to be read.
   */
  parse(view: DataView, emit: PacketSink): number;
  /** Why the file cannot be read further. */
  readonly problem: string | undefined;
}

/** Greatest packet or block believed; more is corruption, and would have us buffer the file. */
export const MAX_PACKET_BYTES = 16 * 1024 * 1024;
