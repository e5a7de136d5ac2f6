// What is known of a flow's exporter and its interfaces beside what the record says: from the user's tables first, then
// from what the exporter says of itself in option data, then from SNMP. Texts are made once and compared by what they
// were made of, since tables change while weir runs.

import type { Exporter } from '../flow/exporter.ts';
import type { Flow } from '../flow/flow.ts';
import { flat, isCount, quote } from './json.ts';

/**
 * The opening of `observer`: `,"observer":{"ip":"192.0.2.1","name":"edge-1","geo":{"name":"Berlin"}`. Who has no name is
 * called by the address, so that a chart by name lacks nobody.
 */
export function observerText(exporter: Exporter, ip: string): string {
  const { name } = exporter;
  const nameless = name === undefined || name === '' ? `,"name":"${ip}"` : '';
  return `,"observer":{"ip":"${ip}"${nameless}${exporterText(exporter)}`;
}

/** Members of `observer` that follow from the exporter, kept in it: `,"name":"edge-1","geo":{"name":"Berlin"}`. */
function exporterText(exporter: Exporter): string {
  let text = exporter.json;
  if (text === undefined) {
    const { name } = exporter;
    const site = exporter.table?.site;
    text = flat(
      (name === undefined || name === '' ? '' : `,"name":${quote(name)}`) +
        (site === undefined ? '' : `,"geo":{"name":${quote(site)}}`),
    );
    exporter.json = text;
  }
  return text;
}

/** `,"exporter":{"tags":["core"]}`, of the section flow; the user's word for its exporter. */
export function exporterTagsText(exporter: Exporter): string {
  const tags = exporter.table?.tags;
  return tags === undefined ? '' : `,"exporter":{"tags":[${tags.map(quote).join(',')}]}`;
}

/** `,"ingress":{"speed":10000000000},"egress":{"speed":1000000000}`, of the section flow. */
export function speedsText({ exporter, inputInterface, outputInterface }: Flow): string {
  if (exporter.tableInterfaces === undefined && exporter.polled === undefined) return '';
  return speedText(',"ingress":{', exporter, inputInterface) + speedText(',"egress":{', exporter, outputInterface);
}

function speedText(open: string, exporter: Exporter, index: number | undefined): string {
  if (index === undefined) return '';
  const speed = exporter.tableInterfaces?.get(index)?.speed ?? exporter.polled?.interfaces.get(index)?.speed;
  return speed === undefined || !isCount(speed) ? '' : `${open}"speed":${speed}}`;
}
