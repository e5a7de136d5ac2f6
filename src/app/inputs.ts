// The sockets of a process that receives: UDP, TCP and TLS, and who may send to them.

import type { Config } from '../config.ts';
import type { Datagram } from '../flow/datagram.ts';
import type { Admission } from '../input/admission.ts';
import { TcpInput } from '../input/tcp.ts';
import { UdpInput } from '../input/udp.ts';
import type { Log } from '../lib/log.ts';
import { addressText, createAdmission, tcpListeners, udpListeners } from './listeners.ts';
import type { Status } from './status.ts';

export interface InputHooks {
  receive(datagram: Datagram): void;
  /** A transport session has ended, and with it the templates that came in it. */
  forgetSession(address: string, port: number): void;
}

export class Inputs {
  readonly #admission: Admission;
  readonly #udp: UdpInput;
  readonly #tcp: TcpInput;

  /** Throws ConfigError. */
  constructor(config: Config, { receive, forgetSession }: InputHooks, log: Log) {
    const { receiveBuffer, maxConnections, idleTimeout } = config.input;
    const admission = createAdmission(config, log.child({ component: 'input' }));
    this.#admission = admission;
    this.#udp = new UdpInput(
      { listen: udpListeners(config), receiveBufferBytes: receiveBuffer },
      { receive, admission, log: log.child({ component: 'udp' }) },
    );
    this.#tcp = new TcpInput(
      { listen: tcpListeners(config), maxConnections, idleTimeoutMs: idleTimeout },
      { receive, forgetSession, admission, log: log.child({ component: 'tcp' }) },
    );
  }

  /** Throws ConfigError where it cannot listen. */
  async start(): Promise<void> {
    await this.#udp.start();
    await this.#tcp.start();
  }

  async stop(): Promise<void> {
    await this.#tcp.stop();
    await this.#udp.stop();
  }

  /** UDP ports that are listened on, for people. */
  get listen(): string {
    return this.#udp.addresses().map(addressText).join(', ');
  }

  /** All that is listened on, for the log. */
  get sockets(): { readonly listen: string; readonly tcp?: string } {
    const tcp = this.#tcp.addresses().map(addressText).join(', ');
    return { listen: this.listen, ...(tcp === '' ? {} : { tcp }) };
  }

  status(): Pick<Status, 'listen' | 'udp' | 'tcp' | 'admission' | 'refusedSenders' | 'kernelDrops'> {
    const kernelDrops = this.#udp.readKernelDrops();
    return {
      listen: this.listen,
      udp: this.#udp.counters,
      tcp: this.#tcp.counters,
      admission: this.#admission.counters,
      refusedSenders: this.#admission.refusedSenders,
      ...(kernelDrops === undefined ? {} : { kernelDrops }),
    };
  }
}
