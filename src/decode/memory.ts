// An account of the memory that exporters make weir spend: templates, option data, sequence numbers and all else that is
// kept by keys from the wire. Each table has a limit of its own; this one holds for all of them together, as limits
// multiply: 256 domains of 1,024 ports of 10,000 addresses. Octets are estimates, measured with Node.js 20.

import type { Exporter } from '../flow/exporter.ts';

export const EXPORTER_OCTETS = 1300;
/** The tables of a domain, empty; one entry of them, with a text of at most 256 octets (options.ts). */
export const FACTS_OCTETS = 3200;
export const FACT_OCTETS = 256;
/** A source port, a domain of it, a sequence that is followed. */
export const SESSION_OCTETS = 700;
export const DOMAIN_OCTETS = 900;
export const SEQUENCE_OCTETS = 400;
/** A template with its plans. */
export const TEMPLATE_OCTETS = 1200;
export const FIELD_OCTETS = 250;
export const DESCRIBED_OCTETS = 250;
/** A template of another port that is used (other-ports.ts). */
export const LOAN_OCTETS = 64;

/** No exporter takes more than this part of the whole, so that one does not starve the rest. */
const EXPORTER_SHARE = 4;

export class DecodeMemory {
  readonly #limit: number;
  #octets = 0;
  /** What is learnt of them meanwhile, from records that waited, counts for nobody. */
  readonly #forgotten = new WeakSet<Exporter>();

  /** @param limit octets that all exporters together may take */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Octets taken, by estimate. */
  get octets(): number {
    return this.#octets;
  }

  /** True where an exporter may take so much more. */
  hasRoom(exporter: Exporter, octets: number): boolean {
    return (
      this.#octets + octets <= this.#limit &&
      exporter.octets + octets <= this.#limit / EXPORTER_SHARE &&
      !this.#forgotten.has(exporter)
    );
  }

  /** Takes octets for an exporter; false, and nothing taken, where there is no room. */
  take(exporter: Exporter, octets: number): boolean {
    if (!this.hasRoom(exporter, octets)) return false;
    this.add(exporter, octets);
    return true;
  }

  /** Takes octets whether there is room or not: for what follows from something that there was room for. */
  add(exporter: Exporter, octets: number): void {
    if (this.#forgotten.has(exporter)) return;
    this.#octets += octets;
    exporter.octets += octets;
  }

  give(exporter: Exporter, octets: number): void {
    this.add(exporter, -octets);
  }

  /** Gives back all that an exporter took; it takes nothing any more. */
  forget(exporter: Exporter): void {
    this.give(exporter, exporter.octets);
    this.#forgotten.add(exporter);
  }
}
