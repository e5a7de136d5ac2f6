// Receives datagrams on UDP sockets and hands each on, with its sender, its time and its id. Any protocol on any port:
// what is inside is the decoder's business. There is no back-pressure on UDP; what cannot be taken in time is dropped by
// the kernel, so the receive buffer is asked for, checked, and the kernel's drops are read.

import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { Datagram } from '../flow/datagram.ts';
import { ConfigError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { Admission } from './admission.ts';
import { bootId, DatagramIds } from './datagram-id.ts';
import { ownSocketInodes, readKernelDrops } from './kernel-drops.ts';
import { type ListenAddress, listenText } from './listen-address.ts';
import { bindRemedy, lacksIpv6 } from './listen-error.ts';

export interface UdpOptions {
  /** Addresses to listen on. */
  readonly listen: readonly ListenAddress[];
  /** Receive buffer to ask of the kernel for every socket, bytes. 208 kB, Linux' own, loses datagrams in bursts. */
  readonly receiveBufferBytes: number;
}

export interface UdpHooks {
  /** Called for every datagram, synchronously. What it throws is a bug and ends the process. */
  receive(datagram: Datagram): void;
  readonly admission: Admission;
  readonly log: Log;
}

/** Where a socket listens. */
export interface BoundAddress {
  readonly address: string;
  readonly port: number;
}

export class UdpCounters {
  /** All that came, those that admission turned away included. */
  datagrams = 0;
  /** Payload bytes. */
  bytes = 0;
  /** Errors of sockets after they were bound; nothing says which datagram they lost. */
  socketErrors = 0;
}

export class UdpInput {
  readonly counters = new UdpCounters();
  private readonly options: UdpOptions;
  private readonly hooks: UdpHooks;
  private readonly sockets: Socket[] = [];
  private ids = new DatagramIds('');
  private ports: ReadonlySet<number> = new Set();
  private inodes: ReadonlySet<string> | undefined = undefined;
  private kernelDrops: number | undefined = undefined;

  constructor(options: UdpOptions, hooks: UdpHooks) {
    this.options = options;
    this.hooks = hooks;
  }

  /** Binds all sockets, or none: throws ConfigError for an address that cannot be had. */
  async start(): Promise<void> {
    this.ids = new DatagramIds(bootId(Date.now()));
    try {
      for (const [index, address] of this.options.listen.entries()) {
        this.sockets.push(await this.open(address, `input.listen[${index}]`));
      }
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.checkReceiveBuffers();
    this.ports = new Set(this.addresses().map((address) => address.port));
    this.inodes = ownSocketInodes();
  }

  /** Closes the sockets; datagrams still in the kernel's buffers are lost. */
  async stop(): Promise<void> {
    if (this.sockets.length > 0) this.readKernelDrops();
    const closed = this.sockets.splice(0).map((socket) => new Promise<void>((resolve) => socket.close(resolve)));
    await Promise.all(closed);
  }

  /** What the sockets are bound to, in the order of `listen`. */
  addresses(): BoundAddress[] {
    return this.sockets.map((socket) => socket.address());
  }

  /** Datagrams that the kernel dropped for want of buffer since start; undefined where the system does not tell. */
  readKernelDrops(): number | undefined {
    if (this.sockets.length > 0) this.kernelDrops = readKernelDrops(this.ports, this.inodes);
    return this.kernelDrops;
  }

  private async open(address: ListenAddress, path: string): Promise<Socket> {
    try {
      if (address.host !== undefined) return await this.bind(address.host, address.port);
      try {
        return await this.bind('::', address.port);
      } catch (error) {
        // No IPv6 in this system or container.
        if (!lacksIpv6(error)) throw error;
        return await this.bind('0.0.0.0', address.port);
      }
    } catch (error) {
      throw new ConfigError(path, listenText(address), bindRemedy(error, 'udp', address.port), { cause: error });
    }
  }

  private bind(host: string, port: number): Promise<Socket> {
    const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4' });
    return new Promise((resolve, reject) => {
      socket.once('error', (error) => {
        socket.close();
        reject(error);
      });
      socket.bind({ address: host, port }, () => {
        socket.removeAllListeners('error');
        socket.on('error', (error) => {
          this.counters.socketErrors++;
          this.hooks.log.error({ error: error.message }, 'socket error');
        });
        socket.on('message', this.onMessage);
        resolve(socket);
      });
    });
  }

  private readonly onMessage = (bytes: Uint8Array, sender: RemoteInfo): void => {
    this.counters.datagrams++;
    this.counters.bytes += bytes.length;
    const receivedMs = Date.now();
    const exporterAddress = this.hooks.admission.admit(sender.address, receivedMs);
    if (exporterAddress === undefined) return;
    this.hooks.receive({ bytes, exporterAddress, exporterPort: sender.port, receivedMs, id: this.ids.next() });
  };

  /** The kernel clips what is asked for without a word, so it is read back; one warning for all sockets. */
  private checkReceiveBuffers(): void {
    const asked = this.options.receiveBufferBytes;
    // Linux answers with twice the size, for its own bookkeeping (socket(7)).
    const factor = process.platform === 'linux' ? 2 : 1;
    let granted = Number.POSITIVE_INFINITY;
    for (const socket of this.sockets) {
      try {
        socket.setRecvBufferSize(asked);
      } catch {
        // BSD systems refuse what they do not grant; the size read back tells.
      }
      granted = Math.min(granted, socket.getRecvBufferSize() / factor);
    }
    if (granted >= asked) return;
    const command =
      process.platform === 'linux' ? `sysctl -w net.core.rmem_max=${asked}` : `sysctl -w kern.ipc.maxsockbuf=${asked}`;
    this.hooks.log.warn(
      { askedBytes: asked, grantedBytes: granted },
      `receive buffer is ${granted} bytes instead of ${asked}, datagrams will be lost in bursts; run: ${command}`,
    );
  }
}
