// Sends datagrams to one place from several sockets, one per sender that is to look like a device of its own: the
// receiver tells devices apart by address and port. Sockets are connected, so that a refusal is heard of.

import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { isIPv4 } from 'node:net';

export interface UdpSenderOptions {
  /** Name or address. */
  readonly host: string;
  readonly port: number;
  /** Sockets at most; further senders share the first. */
  readonly maxSockets: number;
}

export class UdpSender {
  /** Datagrams given to the kernel, and those that it refused (nobody listens, no route, too long). */
  sent = 0;
  failed = 0;
  /** The last refusal. */
  lastError: Error | undefined = undefined;
  private readonly options: UdpSenderOptions;
  private readonly sockets = new Map<string, Socket>();
  private address = '';

  constructor(options: UdpSenderOptions) {
    this.options = options;
  }

  /** Resolves the host; throws the system's error when there is none of that name. */
  async start(): Promise<void> {
    this.address = (await lookup(this.options.host)).address;
  }

  async stop(): Promise<void> {
    const sockets = [...this.sockets.values()];
    this.sockets.clear();
    await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.close(resolve))));
  }

  /** True when the target is this host's 127.0.0.0/8, all of whose addresses can be senders. */
  get isLoopback(): boolean {
    return isIPv4(this.address) && this.address.startsWith('127.');
  }

  /**
   * Sends one datagram; resolves when the kernel has it. Failures are counted, not thrown.
   * @param sender names the socket
   * @param sourceAddress address to send from, where the system has it
   */
  async send(sender: string, bytes: Uint8Array, sourceAddress?: string): Promise<void> {
    const socket = await this.socketOf(sender, sourceAddress);
    return new Promise((resolve) => {
      socket.send(bytes, (error) => {
        if (error === null) this.sent++;
        else this.failedWith(error);
        resolve();
      });
    });
  }

  private async socketOf(sender: string, sourceAddress: string | undefined): Promise<Socket> {
    const known = this.sockets.get(sender);
    if (known !== undefined) return known;
    if (this.sockets.size >= this.options.maxSockets) return this.sockets.values().next().value!;
    const socket = await this.open(sourceAddress);
    this.sockets.set(sender, socket);
    return socket;
  }

  private async open(sourceAddress: string | undefined): Promise<Socket> {
    try {
      return await this.connect(sourceAddress);
    } catch (error) {
      // Only Linux has all of 127.0.0.0/8 without being told.
      if (sourceAddress === undefined) throw error;
      return await this.connect(undefined);
    }
  }

  private connect(sourceAddress: string | undefined): Promise<Socket> {
    const socket = createSocket(isIPv4(this.address) ? 'udp4' : 'udp6');
    return new Promise((resolve, reject) => {
      socket.once('error', (error) => {
        socket.close();
        reject(error);
      });
      socket.bind({ port: 0, ...(sourceAddress === undefined ? {} : { address: sourceAddress }) }, () => {
        socket.connect(this.options.port, this.address, (error?: Error) => {
          if (error !== undefined && error !== null) return;
          socket.removeAllListeners('error');
          socket.on('error', (late) => this.failedWith(late));
          resolve(socket);
        });
      });
    });
  }

  private failedWith(error: Error): void {
    this.failed++;
    this.lastError = error;
  }
}
