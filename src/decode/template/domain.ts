// Where templates are kept: a source port of an exporter, and in it each observation domain (store.ts finds them).

import type { DomainFacts, Exporter } from '../../flow/exporter.ts';
import type { SharedTracker } from '../sequence.ts';
import type { DescribedElements } from './described.ts';
import type { PendingSet } from './pending.ts';
import type { Template } from './template.ts';

/** One observation domain as one transport session (address and port) shows it. */
export class Domain {
  readonly id: number;
  readonly session: Session;
  /** Shared by all ports of the exporter. */
  readonly facts: DomainFacts;
  readonly templates = new Map<number, Template>();
  /** … of these, the options templates: so that all of a kind are withdrawn without a look at the others. */
  readonly optionIds = new Set<number>();
  readonly dataIds = new Set<number>();
  /** Of other ports: whose template data sets are decoded with that have none of their own, by set id (other-ports.ts). */
  readonly lenders = new Map<number, Domain>();
  searchedMs = Number.NEGATIVE_INFINITY;
  /** Data sets without template, by set id. */
  readonly pending = new Map<number, Set<PendingSet>>();
  pendingOctets = 0;
  /** Elements that the exporter described (RFC 5610); undefined where it did not. */
  described: DescribedElements | undefined = undefined;

  constructor(id: number, session: Session, facts: DomainFacts) {
    this.id = id;
    this.session = session;
    this.facts = facts;
  }
}

/** One source port of an exporter. */
export class Session {
  readonly exporter: Exporter;
  readonly port: number;
  readonly domains = new Map<number, Domain>();
  /** Sequence numbers by domain (v5, v7: by engine); no more than there are facts of domains. */
  readonly sequences = new Map<number, SharedTracker>();
  lastSeenMs: number;
  /** Forgotten: only what waits still knows of it. */
  isGone = false;

  constructor(exporter: Exporter, port: number, lastSeenMs: number) {
    this.exporter = exporter;
    this.port = port;
    this.lastSeenMs = lastSeenMs;
  }
}
