// The row of drop-downs above every page: the same on all pages about one kind of documents, each narrowed by those before
// it. Clicks on the bar of links and drilldowns carry what is chosen along, as filters.

import { type DocumentKind, dataViewId, type Field, fieldOf } from './fields.ts';
import { dataViewReference, type Reference } from './saved-object.ts';

export interface Controls {
  /** The dashboard attribute `controlGroupInput`. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly references: readonly Reference[];
}

/** Kibana asks once per drop-down when a page opens: no more than are of use. */
const CONTROLS: Readonly<Record<DocumentKind, readonly (readonly [field: string, title: string])[]>> = {
  flows: [
    ['observer.name', 'Exporter'],
    ['observer.ingress.interface.name', 'Interface'],
    ['client.ip', 'Client'],
    ['server.ip', 'Server'],
    ['flow.service.name', 'Service'],
    ['network.application', 'Application'],
    ['server.geo.country_name', 'Country'],
    ['server.as.organization.name', 'AS'],
    ['flow.client.network', 'Subnet'],
    ['network.direction', 'Direction'],
  ],
  counters: [
    ['observer.name', 'Exporter'],
    ['interface.name', 'Interface'],
  ],
  exporters: [
    ['observer.name', 'Exporter'],
    ['flow.export.protocol', 'Protocol'],
  ],
};

/** Drop-downs with search for pages about a kind of documents. */
export function controls(data: DocumentKind): Controls {
  const fields = CONTROLS[data].map(([name, title]) => ({ field: fieldOf(data, name), title }));
  const panels = fields.map(({ field, title }, order) => {
    const id = controlId(field);
    const explicitInput = { id, fieldName: field.name, title, selectedOptions: [], enhancements: {} };
    return [id, { type: 'optionsListControl', order, grow: true, width: 'small', explicitInput }] as const;
  });
  return {
    input: {
      controlStyle: 'oneLine',
      chainingSystem: 'HIERARCHICAL',
      ignoreParentSettingsJSON: JSON.stringify({
        ignoreFilters: false,
        ignoreQuery: false,
        ignoreTimerange: false,
        ignoreValidations: false,
      }),
      panelsJSON: JSON.stringify(Object.fromEntries(panels)),
    },
    references: panels.map(([id]) => dataViewReference(dataViewId(data), `controlGroup_${id}:optionsListDataView`)),
  };
}

/** "client.ip" → "control-client-ip": dots would read as paths. */
function controlId(field: Field): string {
  return `control-${field.name.replaceAll('.', '-')}`;
}
