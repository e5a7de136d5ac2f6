// One UDP payload as it came in, before anybody looked inside. Made by input/, read by decode/.

export interface Datagram {
  /** The payload. Decoders only read it; strings are copied out of it, so its memory may be reused afterwards. */
  readonly bytes: Uint8Array;
  /** Source address of the packet as canonical text; an IPv4-mapped IPv6 address is written as IPv4. */
  readonly exporterAddress: string;
  /** Source port of the packet, 0–65535. Part of the template key: several exporters may share one address. */
  readonly exporterPort: number;
  /** When it was received, epoch milliseconds. Replayed data keeps its first receive time. */
  readonly receivedMs: number;
  /**
   * First part of the `_id` of every document made from this datagram (DESIGN §5.3): boot id and datagram counter,
   * ascending, ASCII without quotes or backslashes. A record adds its number.
   */
  readonly id: string;
}
