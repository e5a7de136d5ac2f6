// What decoding counts: plain number fields that hot code increments and metrics read. datagrams = decoded + malformed +
// refused; a datagram that turns bad after some flows is malformed, and those flows stand.

import type { LossCounts } from '../flow/exporter.ts';
import type { RunningCounters } from './running-counts.ts';
import { SflowCounters } from './sflow/sflow-context.ts';

export class DecodeCounters implements LossCounts, RunningCounters {
  datagrams = 0;
  decoded = 0;
  malformed = 0;
  /** malformed, by DecodeError.kind. */
  malformedTruncated = 0;
  malformedLength = 0;
  malformedValue = 0;
  /** No protocol of ours, or one more exporter or domain than allowed. */
  refused = 0;
  refusedUnknownVersion = 0;
  refusedExporterLimit = 0;
  refusedDomainLimit = 0;

  flows = 0;
  optionRecords = 0;
  /** A variable-length field ran past its set; the rest of the set is lost. */
  recordsTruncated = 0;

  /** Lists in records (RFC 6313) that were skipped in part: their template not known, wrong lengths, too deep or long. */
  listsWithoutTemplate = 0;
  listsMalformed = 0;
  listsLimited = 0;

  templatesLearned = 0;
  /** Same id, other layout. */
  templatesChanged = 0;
  templatesWithdrawn = 0;
  templatesExpired = 0;
  /** More templates or fields than allowed. */
  templatesRefused = 0;
  /** Cut short, no fields, or records of no length. */
  templatesMalformed = 0;
  /** Ports forgotten because an address used more than allowed. */
  portsEvicted = 0;
  /** Exporters of few datagrams that were forgotten for new ones. */
  exportersEvicted = 0;

  /** Data sets whose template was not known when they came: parked or dropped. */
  setsWithoutTemplate = 0;
  setsParked = 0;
  /** Parked sets that were decoded when their template came. */
  setsRecovered = 0;
  /** Sets decoded by the template of another port, whether they waited or came behind one that did. */
  setsByOtherPort = 0;
  /** Parked sets whose template did not come in time. */
  setsExpired = 0;
  /** Not parked, because there was no room. */
  setsDropped = 0;
  /** Data sets, whole or their last records, that waited for option data; those whose wait has ended. */
  setsHeld = 0;
  setsResumed = 0;
  /** … without the interval of their sampler. */
  setsHeldInVain = 0;
  /** Set ids that the protocol reserves. */
  setsUnknown = 0;

  /** Fields of learned templates, counted once per template in use: elements that no table names. */
  elementsUnknown = 0;
  enterpriseElementsUnknown = 0;
  /** … whose length does not fit their type. */
  elementsMisfit = 0;
  /** Option facts and sequences to be followed beyond the bound of their table, or of all memory. */
  factsRefused = 0;
  runningFlowsRefused = 0;

  /** What did not reach us, all exporters together; they have the same counts each for itself. */
  lostFlows = 0;
  lostDatagrams = 0;
  reordered = 0;
  duplicates = 0;
  restarts = 0;
  /** sFlow: samples that agents say they dropped themselves, for lack of resources. */
  droppedSamples = 0;

  /** What only sFlow counts. */
  readonly sflow = new SflowCounters();
}
