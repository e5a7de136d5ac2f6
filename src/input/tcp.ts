// Receives IPFIX over TCP and over TLS (RFC 7011 §10.4, §11) and hands each message on as if it were a datagram. A
// connection is a transport session of its own: its templates go with it. Reading is not throttled: the pipeline is done
// with a message when receive() returns, and an exporter that is faster waits in TCP. No SCTP, no DTLS, no NetFlow v9:
// its messages do not tell their length.

import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from 'node:tls';
import type { Datagram } from '../flow/datagram.ts';
import { ConfigError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { Admission } from './admission.ts';
import { bootId, DatagramIds } from './datagram-id.ts';
import { type ListenAddress, listenText } from './listen-address.ts';
import { bindRemedy, lacksIpv6 } from './listen-error.ts';
import { MessageFramer } from './tcp-framing.ts';
import type { BoundAddress } from './udp.ts';

export interface TcpListener {
  readonly address: ListenAddress;
  /** The configuration key, for error messages. */
  readonly path: string;
  /** As readTlsFiles gives them; undefined: plain TCP. */
  readonly tls: TlsOptions | undefined;
}

export interface TcpOptions {
  readonly listen: readonly TcpListener[];
  /** Connections at a time, of each listener; each may hold a message that is not whole, 64 KiB. */
  readonly maxConnections: number;
  /** A connection on which nothing comes for so long is closed, ms. */
  readonly idleTimeoutMs: number;
}

export interface TcpHooks {
  /** Called for every message, synchronously. What it throws is a bug and ends the process. */
  receive(datagram: Datagram): void;
  /** A connection of this peer begins or has ended: templates of the session are void. */
  forgetSession(exporterAddress: string, exporterPort: number): void;
  /** Asked once for a connection. There is no rate: TCP itself slows down who sends too fast. */
  readonly admission: Admission;
  readonly log: Log;
}

export class TcpCounters {
  messages = 0;
  /** Of messages handed on. */
  bytes = 0;
  /** Connections since the start; over TLS, with their handshake done. */
  connections = 0;
  /** Turned away because there were too many. */
  connectionsRefused = 0;
  /** Closed because input.allow does not name the exporter. */
  connectionsNotAllowed = 0;
  /** Turned away because TLS failed or the certificate is not from our authorities. */
  handshakesFailed = 0;
  /** Closed by us: a version that is not 10, a length below a header, nothing for too long. */
  closedVersion = 0;
  closedLength = 0;
  closedIdle = 0;
  /** Ended by the other side in the middle of a message. */
  messagesCut = 0;
  /** Resets and the like. */
  socketErrors = 0;
}

/** Finds peers that vanished without a word, s of silence before the first question. */
const KEEP_ALIVE_MS = 60_000;
const WARN_EVERY_MS = 60_000;

export class TcpInput {
  readonly counters = new TcpCounters();
  readonly #options: TcpOptions;
  readonly #hooks: TcpHooks;
  readonly #servers: Server[] = [];
  /** Accepted ones, those in their handshake included. */
  readonly #sockets = new Set<Socket>();
  #ids = new DatagramIds('');
  #warnedMs = Number.NEGATIVE_INFINITY;

  constructor(options: TcpOptions, hooks: TcpHooks) {
    this.#options = options;
    this.#hooks = hooks;
  }

  /** Listens on all addresses, or none: throws ConfigError for an address that cannot be had. */
  async start(): Promise<void> {
    this.#ids = new DatagramIds(bootId(Date.now()));
    try {
      for (const listener of this.#options.listen) this.#servers.push(await this.#open(listener));
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Stops listening and closes all connections. Idempotent. */
  async stop(): Promise<void> {
    const closed = this.#servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve)));
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closed);
  }

  /** What is listened on, in the order of `listen`. */
  addresses(): BoundAddress[] {
    // as: text is for pipes only
    return this.#servers.map((server) => server.address() as BoundAddress);
  }

  /** Connections open now. */
  get openConnections(): number {
    return this.#sockets.size;
  }

  async #open(listener: TcpListener): Promise<Server> {
    const { address, path } = listener;
    try {
      if (address.host !== undefined) return await this.#bind(listener, address.host);
      try {
        return await this.#bind(listener, '::');
      } catch (error) {
        if (!lacksIpv6(error)) throw error;
        return await this.#bind(listener, '0.0.0.0');
      }
    } catch (error) {
      throw new ConfigError(path, listenText(address), bindRemedy(error, 'tcp', address.port), { cause: error });
    }
  }

  #bind(listener: TcpListener, host: string): Promise<Server> {
    const server = this.#server(listener.tls);
    server.maxConnections = this.#options.maxConnections;
    server.on('connection', (socket) => this.#track(socket));
    server.on('drop', (peer) => {
      this.counters.connectionsRefused++;
      this.#warn(peer?.remoteAddress, `more than ${this.#options.maxConnections} connections`);
    });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port: listener.address.port }, () => {
        server.removeListener('error', reject);
        server.on('error', (error) => this.#socketError(error));
        resolve(server);
      });
    });
  }

  #server(tls: TlsOptions | undefined): Server {
    if (tls === undefined) return createServer((socket) => this.#serve(socket));
    const server = createTlsServer(tls, (socket) => {
      if (isTrusted(socket)) this.#serve(socket);
      else this.#refuse(socket, `certificate of the exporter refused: ${socket.authorizationError}`);
    });
    // The client's fault, or a port scan; the socket is closed already.
    server.on('tlsClientError', (error, socket) => this.#refuse(socket, `TLS handshake failed: ${error.message}`));
    return server;
  }

  /** From before any handshake, so that stop() finds it. */
  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => {}); // counted by who serves it
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
  }

  #refuse(socket: Socket, reason: string): void {
    this.counters.handshakesFailed++;
    this.#warn(socket.remoteAddress, reason);
    socket.destroy();
  }

  #serve(socket: Socket): void {
    const { remoteAddress, remotePort } = socket;
    // Gone again.
    if (socket.destroyed || remoteAddress === undefined || remotePort === undefined) return;
    const address = this.#hooks.admission.allow(remoteAddress);
    if (address === undefined) {
      this.counters.connectionsNotAllowed++;
      this.#warn(remoteAddress, 'input.allow does not name this exporter');
      socket.destroy();
      return;
    }
    this.counters.connections++;
    this.#hooks.log.debug({ exporter: address, port: remotePort }, 'connection opened');
    this.#hooks.forgetSession(address, remotePort);
    const framer = new MessageFramer((bytes) => this.#message(bytes, address, remotePort));
    socket.on('data', (chunk: Buffer) => {
      const fault = framer.push(chunk);
      if (fault === undefined) return;
      if (fault === 'version') this.counters.closedVersion++;
      else this.counters.closedLength++;
      this.#warn(socket.remoteAddress, `connection closed: what came is no IPFIX message (${fault})`);
      socket.destroy();
    });
    socket.setTimeout(this.#options.idleTimeoutMs, () => {
      this.counters.closedIdle++;
      socket.destroy();
    });
    socket.on('error', (error) => this.#socketError(error));
    socket.once('end', () => {
      if (framer.heldBytes > 0) this.counters.messagesCut++;
    });
    socket.once('close', () => {
      this.#hooks.forgetSession(address, remotePort);
      this.#hooks.log.debug({ exporter: address, port: remotePort }, 'connection closed');
    });
  }

  #message(bytes: Uint8Array, exporterAddress: string, exporterPort: number): void {
    this.counters.messages++;
    this.counters.bytes += bytes.length;
    const id = this.#ids.next();
    this.#hooks.receive({ bytes, exporterAddress, exporterPort, receivedMs: Date.now(), id });
  }

  #socketError(error: Error): void {
    this.counters.socketErrors++;
    this.#hooks.log.debug({ error: error.message }, 'connection error');
  }

  /** One a minute: whoever can reach the port can cause these. */
  #warn(exporter: string | undefined, reason: string): void {
    const nowMs = performance.now();
    if (nowMs - this.#warnedMs < WARN_EVERY_MS) return;
    this.#warnedMs = nowMs;
    this.#hooks.log.warn({ exporter }, reason);
  }
}

/** False for a certificate that is shown and is not from our authorities; where one is required, TLS saw to it. */
function isTrusted(socket: TLSSocket): boolean {
  return socket.authorized || socket.getPeerX509Certificate() === undefined;
}
