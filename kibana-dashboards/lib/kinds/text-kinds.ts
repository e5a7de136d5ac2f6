// Panels of words: notes, and the status panel that opens every page which not every installation has data for.

import { dataViewPattern } from '../data-view.ts';
import type { NoteSpec, StatusSpec, VegaSpec } from '../page-types.ts';
import { type Panel, type PanelPlace, visualizationPanel } from '../panel.ts';

/** Style of text marks whose colour Kibana sets by its theme; a colour of ours would suit only one of the two. */
export const TEXT = 'guide-label';
/** Gray of what is no text, visible on white and on black. */
export const GRAY = '#98a2b3';

export function note(spec: NoteSpec): Panel {
  const params = { fontSize: 10, openLinksInNewTab: false, markdown: spec.text };
  return visualizationPanel('markdown', params, spec.title !== '' && spec.id === undefined);
}

export function vega(spec: VegaSpec): Panel {
  return vegaPanel(spec.spec);
}

/** A Vega panel with what all of ours share. */
export function vegaPanel(spec: Readonly<Record<string, unknown>>, hasHeading = true): Panel {
  const whole = {
    $schema: 'https://vega.github.io/schema/vega/v5.json',
    autosize: { type: 'fit', contains: 'padding' },
    padding: 5,
    // Without this Kibana warns of requests to the internet that nothing here makes.
    config: { kibana: { hideWarnings: true } },
    ...spec,
  };
  return visualizationPanel('vega', { spec: JSON.stringify(whole) }, hasHeading);
}

/** One search of a Vega panel, obeying filters, query and time of the page. */
export function vegaSearch(data: PanelPlace['data'], body: Readonly<Record<string, unknown>>) {
  return { '%context%': true, '%timefield%': '@timestamp', index: dataViewPattern(data), body: { size: 0, ...body } };
}

/** Says how many documents there are, or what to do. Vega, because neither Lens nor Markdown can choose its words. */
export function status(spec: StatusSpec, { data }: PanelPlace): Panel {
  const fields = spec.fields ?? [];
  const filter =
    fields.length === 0
      ? { match_all: {} }
      : { bool: { should: fields.map((field) => ({ exists: { field } })), minimum_should_match: 1 } };
  const found = `format(datum.doc_count, ',') + ' ${spec.what} in this time range'`;
  const text = (expr: string, size: number, y: number, weight: string) => ({
    type: 'text',
    style: TEXT,
    from: { data: 'answer' },
    encode: {
      update: {
        x: { value: 4 },
        y: { value: y },
        text: { signal: expr },
        fontSize: { value: size },
        fontWeight: { value: weight },
        lineHeight: { value: 19 },
        baseline: { value: 'top' },
      },
    },
  });
  return vegaPanel(
    {
      data: [
        {
          name: 'answer',
          url: vegaSearch(data, { aggs: { found: { filter } } }),
          format: { property: 'aggregations.found' },
        },
      ],
      marks: [
        text(`datum.doc_count > 0 ? ${found} : 'No ${spec.what} in this time range'`, 16, 2, 'bold'),
        text(`datum.doc_count > 0 ? [''] : ${JSON.stringify(spec.whenEmpty)}`, 13, 28, 'normal'),
      ],
    },
    false,
  );
}
