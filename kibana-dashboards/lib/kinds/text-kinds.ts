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

/**
 * Says how many documents there are and how old the newest is, or why there is none and what to do: nothing in the time range,
 * or nothing at all. Vega, because neither Lens nor Markdown can choose its words.
 */
export function status(spec: StatusSpec, { data, height }: PanelPlace): Panel {
  const { what, fields = [] } = spec;
  const exists = fields.map((field) => ({ exists: { field } }));
  const having = exists.length === 0 ? { match_all: {} } : { bool: { should: exists, minimum_should_match: 1 } };
  const inTime = { range: { '@timestamp': { '%timefilter%': true } } };
  const body = {
    size: 0,
    aggs: {
      found: { filter: { bool: { filter: [inTime, having] } } },
      ever: { filter: having, aggs: { newest: { max: { field: '@timestamp' } } } },
    },
  };
  const newest = 'datum.newest';
  const headline = [
    `datum.found > 0 ? format(datum.found, ',') + ' ${what} in this time range; the newest ' + ${ageOf(newest)} + ' ago'`,
    `datum.ever > 0 ? 'No ${what} in this time range: the newest is of ' + timeFormat(${newest}, '%b %d, %H:%M') + ', ' + ${ageOf(newest)} + ' ago'`,
    `'No ${what} at all'`,
  ].join(' : ');
  const advice = (words: (lines: readonly string[]) => string): string =>
    [
      `datum.found > 0 ? ${words([''])}`,
      `datum.ever > 0 ? ${words(['Choose a longer time range, top right.'])}`,
      words(spec.whenEmpty),
    ].join(' : ');
  const oneLine = advice((lines) => JSON.stringify(lines.join(' ')));
  return vegaPanel(
    {
      data: [
        {
          name: 'answer',
          // Without %timefield%: what lies outside the time range counts, too.
          url: { '%context%': true, index: dataViewPattern(data), body },
          // The whole answer: where there is no index at all, it has no aggregations.
          transform: [
            { type: 'formula', as: 'found', expr: 'datum.aggregations ? datum.aggregations.found.doc_count : 0' },
            { type: 'formula', as: 'ever', expr: 'datum.aggregations ? datum.aggregations.ever.doc_count : 0' },
            { type: 'formula', as: 'newest', expr: 'datum.aggregations ? datum.aggregations.ever.newest.value : 0' },
          ],
        },
      ],
      // Two rows of the grid have room for one line of text.
      marks:
        height <= 2
          ? [textMark(`(${headline}) + '.  ' + (${oneLine})`, 14, 2, 'bold')]
          : [
              textMark(headline, 15, 2, 'bold'),
              textMark(
                advice((lines) => JSON.stringify(lines)),
                13,
                23,
                'normal',
              ),
            ],
    },
    false,
  );
}

/** A Vega expression: "14 s", "3 min", "5 h", "12 days" since a time in epoch ms. */
function ageOf(time: string): string {
  const steps = [
    [120_000, 1000, 's'],
    [7_200_000, 60_000, 'min'],
    [172_800_000, 3_600_000, 'h'],
  ] as const;
  const age = `max(0, now() - ${time})`;
  const cases = steps.map(([below, unit, word]) => `${age} < ${below} ? floor(${age} / ${unit}) + ' ${word}' : `);
  return `(${cases.join('')}floor(${age} / 86400000) + ' days')`;
}

function textMark(text: string, size: number, y: number, weight: string): Readonly<Record<string, unknown>> {
  return {
    type: 'text',
    style: TEXT,
    from: { data: 'answer' },
    encode: {
      update: {
        x: { value: 4 },
        y: { value: y },
        text: { signal: text },
        fontSize: { value: size },
        fontWeight: { value: weight },
        lineHeight: { value: 19 },
        baseline: { value: 'top' },
      },
    },
  };
}
