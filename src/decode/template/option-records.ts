// What an option record teaches: facts of its domain or of the one that its scope names, the exporter's name, and elements
// that the exporter describes.

import type { DomainFacts } from '../../flow/exporter.ts';
import type { DecodeContext, Message } from '../context.ts';
import { DESCRIBED_OCTETS } from '../memory.ts';
import { describesElements, learnElement } from './described.ts';
import type { FactWriter } from './fact-writer.ts';
import { learnNames } from './option-names.ts';
import { learnSampling } from './option-sampling.ts';
import { compileOptions, EXPORTER_NAME, OptionValues, readOptions } from './options.ts';
import type { Template } from './template.ts';

interface OptionContext extends DecodeContext {
  readonly factWriter: FactWriter;
}

/** Learns from the option record at `at`; the octet after it, or -1 where it runs past `to`. */
export function decodeOptionRecord(
  context: OptionContext,
  message: Message,
  template: Template,
  view: DataView,
  at: number,
  to: number,
): number {
  const { counters, factWriter } = context;
  const { memory } = context.templates;
  const { domain, exporter } = message;
  if (template.optionPlan === undefined) {
    template.optionPlan = compileOptions(template.fields, template.scopeCount, context.elements());
    template.describesElements = describesElements(template.fields);
  }
  const values = new OptionValues();
  const next = readOptions(template.optionPlan, values, view, at, to);
  if (next < 0) return next;
  const facts = factsOf(context, message, values);
  const newsBefore = factWriter.news;
  factWriter.exporter = exporter;
  learnSampling(values, facts, factWriter);
  learnNames(values, facts, factWriter);
  const name = values.text(EXPORTER_NAME) ?? exporter.statedName;
  if (factWriter.news !== newsBefore || name !== exporter.statedName) {
    context.templates.changes?.factsOf(exporter.address, facts === domain.facts ? domain.id : values.domainId!);
  }
  exporter.statedName = name;
  if (template.describesElements && memory.hasRoom(exporter, DESCRIBED_OCTETS)) {
    const isNew = learnElement(domain, context.elements(), template.fields, view, at, next);
    if (isNew) {
      memory.add(exporter, DESCRIBED_OCTETS);
      context.templates.changes?.describedBy(domain);
    }
  }
  counters.optionRecords++;
  return next;
}

/** What the record is about: the domain that its scope names, else the message's; 0 is none in particular. */
function factsOf(context: OptionContext, message: Message, values: OptionValues): DomainFacts {
  const { domain, exporter } = message;
  const { domainId } = values;
  if (domainId === undefined || domainId === 0 || domainId === domain.id) return domain.facts;
  return context.templates.facts(exporter, domainId) ?? domain.facts;
}
