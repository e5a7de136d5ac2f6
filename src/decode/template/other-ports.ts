// Templates of other ports of an exporter: some change their port, some send templates from one socket and data from
// another. Data waits for a template of its own port first, which alone is sure to be meant (RFC 7011 §8). What has waited
// in vain is decoded with another port's (DESIGN §4), and so is, without waiting, what comes behind it with the same id,
// until its port has a template of its own or the lender forgets its.

import type { DecodeContext, Message } from '../context.ts';
import { LOAN_OCTETS } from '../memory.ts';
import type { Domain } from './domain.ts';
import type { Template } from './template.ts';

/** How often a domain whose sets find no room to wait looks for a lender at most, ms: that passes all ports. */
const SEARCH_EVERY_MS = 1000;

/** The template that sets of this id are decoded with since one has waited in vain; undefined where none has. */
export function borrowedTemplate({ domain, protocol }: Message, setId: number): Template | undefined {
  const lender = domain.lenders.get(setId);
  return lender === undefined || lender.session.isGone ? undefined : templateOf(lender, protocol, setId);
}

/** The template of this id that another port of exporter and domain sent last, where that is allowed. */
export function templateOfOtherPort(context: DecodeContext, message: Message, setId: number): Template | undefined {
  const lender = lenderOf(context, message, setId);
  return lender && templateOf(lender, message.protocol, setId);
}

/** The same, and from now on sets of this id do not wait any more. */
export function borrowTemplate(context: DecodeContext, message: Message, setId: number): Template | undefined {
  const lender = lenderOf(context, message, setId);
  const template = lender && templateOf(lender, message.protocol, setId);
  if (lender === undefined || template === undefined) return undefined;
  const { lenders, session } = message.domain;
  if (lenders.has(setId) || (!session.isGone && context.templates.memory.take(session.exporter, LOAN_OCTETS))) {
    lenders.set(setId, lender);
  }
  return template;
}

/** The same for a set that has no room to wait: looked for now and then only. */
export function borrowInNeed(context: DecodeContext, message: Message, setId: number): Template | undefined {
  const { domain, receivedMs } = message;
  if (Math.abs(receivedMs - domain.searchedMs) < SEARCH_EVERY_MS) return undefined;
  domain.searchedMs = receivedMs;
  return borrowTemplate(context, message, setId);
}

function lenderOf(context: DecodeContext, { domain }: Message, setId: number): Domain | undefined {
  return context.options.pendingOtherPorts ? context.templates.domainOfOtherPort(domain, setId) : undefined;
}

function templateOf(lender: Domain, protocol: Message['protocol'], setId: number): Template | undefined {
  const template = lender.templates.get(setId);
  return template?.protocol === protocol ? template : undefined;
}
