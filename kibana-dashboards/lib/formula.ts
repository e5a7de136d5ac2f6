// Lens formulas. Lens stores the text that the user edits and, beside it, the columns it was compiled to; a formula
// without its parts shows "(empty)" and no error. The two used here are compiled by hand.

import { type Column, type ComputedColumn, sum, type ValueFormat } from './columns.ts';
import type { Field } from './fields.ts';

const BITS_PER_SECOND: ValueFormat = { id: 'bits', params: { decimals: 1, suffix: '/s' } };

/** A node of the expression as @kbn/tinymath parses it; a string names a column. */
interface MathNode {
  readonly type: 'function';
  readonly name: 'multiply' | 'divide';
  readonly args: readonly (MathNode | string | number)[];
}

/** Columns of a layer by id; the formula's own column has the id that was asked for. */
export type Columns = Readonly<Record<string, Column>>;

/**
 * Bits per second over a time axis: each bucket's octets by its own length, so it is right at every zoom,
 * also for the cut buckets at both ends.
 */
export function bitRateOverTime(id: string, octets: Field, label: string): Columns {
  const [total, perSecond, result] = [`${id}X0`, `${id}X1`, `${id}X2`];
  const text = `8 * normalize_by_unit(sum(${octets.name}), unit='s')`;
  return {
    [id]: formula(text, label, result, BITS_PER_SECOND),
    [total]: part(sum(octets)),
    [perSecond]: computed('normalize_by_unit', [total], { unit: 's' }),
    [result]: math(text, { type: 'function', name: 'multiply', args: [8, perSecond] }, [perSecond]),
  };
}

/** Mean bits per second over the whole time range that the user has chosen. */
export function meanBitRate(id: string, octets: Field, label: string): Columns {
  const [total, range, result] = [`${id}X0`, `${id}X1`, `${id}X2`];
  // time_range() is in milliseconds: octets · 8 · 1000 / ms.
  const text = `8000 * sum(${octets.name}) / time_range()`;
  const bits: MathNode = { type: 'function', name: 'multiply', args: [8000, total] };
  return {
    [id]: formula(text, label, result, BITS_PER_SECOND),
    [total]: part(sum(octets)),
    [range]: computed('time_range', [], {}),
    [result]: math(text, { type: 'function', name: 'divide', args: [bits, range] }, [total, range]),
  };
}

function formula(text: string, label: string, result: string, format: ValueFormat): ComputedColumn {
  return {
    ...computed('formula', [result], { formula: text, isFormulaBroken: false, format }),
    label,
  };
}

function math(text: string, ast: MathNode, references: readonly string[]): ComputedColumn {
  const tinymathAst = { ...ast, location: { min: 0, max: text.length }, text };
  return computed('math', references, { tinymathAst });
}

function computed(
  operationType: ComputedColumn['operationType'],
  references: readonly string[],
  params: Readonly<Record<string, unknown>>,
): ComputedColumn {
  return part({ operationType, dataType: 'number', isBucketed: false, scale: 'ratio', references, params });
}

/** Lens names compiled parts so and hides them. */
function part<T>(column: T): T & { readonly label: string; readonly customLabel: boolean } {
  return { ...column, label: 'Part of formula', customLabel: true };
}
