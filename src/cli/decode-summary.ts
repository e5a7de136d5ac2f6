// What `weir decode` says at its end: per file what it held, then what decoding made of it, only figures that are not 0.

import type { DecodeCounters } from '../decode/counters.ts';
import type { CaptureStats } from '../input/capture-stats.ts';

export interface FileFound {
  readonly path: string;
  readonly stats: CaptureStats;
}

/** Lines for stderr. */
export function decodeSummary(files: readonly FileFound[], counters: DecodeCounters): string {
  const fileLines = files.map(({ path, stats }) => {
    const foreign = stats.foreign > 0 ? `, ${stats.foreign} other packets` : '';
    const notes = stats.notes();
    return `${path}: ${stats.datagrams} datagrams${foreign}${notes.length > 0 ? ` (${notes.join('; ')})` : ''}\n`;
  });
  return `${fileLines.join('')}${counters.flows} flows${remarks(counters)}\n`;
}

function remarks(counters: DecodeCounters): string {
  const waiting = counters.setsExpired + counters.setsDropped;
  const { sflow } = counters;
  const parts: [count: number, text: string][] = [
    [counters.optionRecords, 'option records'],
    [sflow.counterSamples, 'counter samples'],
    [counters.templatesLearned, 'templates'],
    [counters.malformed, 'malformed datagrams'],
    [counters.refused, 'datagrams of unknown kind or over a limit'],
    [counters.recordsTruncated, 'records cut off'],
    [sflow.malformedSamples, 'malformed samples'],
    [counters.templatesMalformed + counters.templatesRefused, 'templates not usable'],
    [waiting, 'data sets without template'],
    [counters.setsHeldInVain, 'data sets of samplers without interval'],
    [counters.runningFlowsRefused, 'flows told in parts that found no room'],
    [counters.setsByOtherPort, "data sets by another port's template"],
    [counters.elementsUnknown + counters.enterpriseElementsUnknown, 'unknown fields in templates'],
    [sflow.unknownRecords + sflow.unknownSamples, 'unknown sFlow structures'],
    [counters.lostFlows, 'flows lost on the way (estimated)'],
    [counters.lostDatagrams, 'datagrams lost on the way'],
    [counters.droppedSamples, 'samples dropped by their agents'],
    [counters.reordered, 'datagrams out of order'],
    [counters.duplicates, 'datagrams repeated'],
    [counters.restarts, 'restarts of exporters'],
  ];
  return parts
    .filter(([count]) => count > 0)
    .map(([count, text]) => `, ${count} ${text}`)
    .join('');
}
