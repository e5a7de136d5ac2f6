// The row of drop-downs above a dashboard: one per field, each narrowed by those before it.

import type { Field } from './fields.ts';
import { dataViewReference, type Reference } from './saved-object.ts';

export interface Controls {
  /** The dashboard attribute `controlGroupInput`. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly references: readonly Reference[];
}

/** Drop-downs with search for the given fields; the title is the field's label. */
export function controls(dataView: string, fields: readonly Field[]): Controls {
  const panels = fields.map((field, order) => {
    const id = controlId(field);
    const explicitInput = { id, fieldName: field.name, title: field.label, selectedOptions: [], enhancements: {} };
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
    references: panels.map(([id]) => dataViewReference(dataView, `controlGroup_${id}:optionsListDataView`)),
  };
}

/** "client.ip" → "control-client-ip": dots would read as paths. */
function controlId(field: Field): string {
  return `control-${field.name.replaceAll('.', '-')}`;
}
