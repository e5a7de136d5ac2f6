// Which pages the bar of links shows.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type KibanaObject, placeObjects, shippedObjects } from '../../src/output/kibana-objects.ts';
import { type PageEntry, pagesWithData, shippedPages, withNavigation } from '../../src/output/kibana-pages.ts';

const PAGES: readonly PageEntry[] = [
  { id: 'weir-overview', title: 'Overview', group: 'overview' },
  {
    id: 'weir-wireless',
    title: 'Wireless',
    group: 'special',
    needs: { fields: ['flow.wlan.ssid', 'flow.wlan.bssid'] },
  },
  { id: 'weir-counters', title: 'Counters', group: 'special', needs: { data: 'counters' } },
];

function bar(id: string, targets: readonly string[]): KibanaObject {
  const links = targets.map((target, order) => ({
    order,
    label: target,
    destinationRefName: `link_${target}_dashboard`,
  }));
  const references = targets.map((target) => ({
    type: 'dashboard',
    id: `weir-${target}`,
    name: `link_${target}_dashboard`,
  }));
  const tag = { type: 'tag', id: 'weir-tag', name: 'tag-ref-weir-tag' };
  return { id, type: 'links', attributes: { title: id, links }, references: [...references, tag] };
}

const BARS = [bar('weir-nav', ['overview', 'wireless']), bar('weir-nav-special', ['wireless', 'counters'])];

function targets({ references, attributes }: KibanaObject): readonly string[] {
  const links = attributes['links'] as readonly { destinationRefName: string; order: number }[];
  assert.deepEqual(
    links.map(({ order }) => order),
    links.map((_, index) => index),
  );
  return links.map((link) => references.find(({ name }) => name === link.destinationRefName)!.id);
}

describe('choosing pages', () => {
  test('asks for each page that needs something whether there is a document with one of its fields', async () => {
    const asked: unknown[] = [];
    const shown = await pagesWithData(PAGES, 'lab', async (pattern, query) => {
      asked.push([pattern, query]);
      return pattern === 'lab-counters-*';
    });
    assert.deepEqual([...shown], ['weir-overview', 'weir-counters']);
    const should = [{ exists: { field: 'flow.wlan.ssid' } }, { exists: { field: 'flow.wlan.bssid' } }];
    assert.deepEqual(asked, [
      ['lab-flows-*', { bool: { should, minimum_should_match: 1 } }],
      ['lab-counters-*', { match_all: {} }],
    ]);
  });

  test('leaves pages out of the bar; a group leads to its first page that is left', () => {
    const [groups, special] = withNavigation(BARS, PAGES, new Set(['weir-overview', 'weir-counters']));
    assert.deepEqual(targets(groups!), ['weir-overview', 'weir-counters']);
    assert.deepEqual(targets(special!), ['weir-counters']);
    assert.ok(special!.references.some(({ type }) => type === 'tag'));
  });

  test('a group without any page goes', () => {
    const [groups, special] = withNavigation(BARS, PAGES, new Set(['weir-overview']));
    assert.deepEqual(targets(groups!), ['weir-overview']);
    assert.deepEqual(targets(special!), []);
  });

  test('shows everything where everything has data, byte for byte as it ships', () => {
    const shipped = shippedObjects();
    const all = new Set(shippedPages().map(({ id }) => id));
    assert.deepEqual(withNavigation(shipped, shippedPages(), all), shipped);
  });
});

test('with another index prefix nothing of the shipped names is left: ids, references, patterns, searches of Vega panels', () => {
  const placed = placeObjects(shippedObjects(), { indexPrefix: 'lab', space: 'ops' });
  for (const { id, references, attributes } of placed) {
    assert.match(id, /^lab-.*-ops$/);
    for (const reference of references) assert.match(reference.id, /^lab-.*-ops$/);
    assert.doesNotMatch(JSON.stringify(attributes), /weir-(flows|counters|exporters)-\*/);
  }
});
