// Lens formulas. Lens stores the text that the user edits and, beside it, the columns it was compiled to; a formula without
// its parts shows "(empty)" and no error. An expression is built here as a tree and compiled to both.

import type { Columns, ComputedColumn, FieldMetricColumn, ValueFormat } from './columns.ts';

/** A tree: numbers, plain metrics, a metric per second of a time axis, a counter's increase per second, the time range in milliseconds, arithmetic. */
export type Expression =
  | number
  | { readonly metric: FieldMetricColumn }
  | { readonly perSecond: FieldMetricColumn }
  | { readonly counterRate: FieldMetricColumn }
  | { readonly timeRange: true }
  | { readonly name: keyof typeof SIGNS; readonly args: readonly [Expression, Expression] };

const SIGNS = { add: '+', subtract: '-', multiply: '*', divide: '/' } as const;

/** A node as @kbn/tinymath parses it; a string names a column. */
interface MathNode {
  readonly type: 'function';
  readonly name: string;
  readonly args: readonly (MathNode | string | number)[];
}

/** The columns of a formula; its own column has the id that is asked for, its parts `<id>X0` and on. */
export function formula(id: string, expression: Expression, label: string, format: ValueFormat): Columns {
  const parts: Record<string, FieldMetricColumn | ComputedColumn> = {};
  const add = (column: FieldMetricColumn | ComputedColumn): string => {
    const name = `${id}X${Object.keys(parts).length}`;
    parts[name] = { ...column, label: `Part of ${label}`, customLabel: true };
    return name;
  };
  const ast = nodeOf(expression, add);
  if (typeof ast === 'string' || typeof ast === 'number') throw new Error(`${label}: a formula needs arithmetic`);
  const text = textOf(expression);
  const tinymathAst = { ...ast, location: { min: 0, max: text.length }, text };
  const result = add(
    computed(
      'math',
      Object.keys(parts).filter((name) => mentions(ast, name)),
      { tinymathAst },
    ),
  );
  const own = computed('formula', [result], { formula: text, isFormulaBroken: false, format });
  return { [id]: { ...own, label, customLabel: true }, ...parts };
}

function nodeOf(
  expression: Expression,
  add: (column: FieldMetricColumn | ComputedColumn) => string,
): MathNode | string | number {
  if (typeof expression === 'number') return expression;
  if ('metric' in expression) return add(partOf(expression.metric));
  if ('perSecond' in expression) {
    return add(computed('normalize_by_unit', [add(partOf(expression.perSecond))], { unit: 's' }));
  }
  if ('counterRate' in expression) {
    // A rate is that of a step of the axis: within a formula Lens does not bring it to a second by itself.
    const increase = add(computed('counter_rate', [add(partOf(expression.counterRate))], {}));
    return add(computed('normalize_by_unit', [increase], { unit: 's' }));
  }
  if ('timeRange' in expression) return add(computed('time_range', [], {}));
  return { type: 'function', name: expression.name, args: expression.args.map((arg) => nodeOf(arg, add)) };
}

/** A bucket without documents counts 0, so that sums of parts stay numbers. */
function partOf(column: FieldMetricColumn): FieldMetricColumn {
  const { percentile } = column.params;
  return { ...column, params: { emptyAsNull: false, ...(percentile === undefined ? {} : { percentile }) } };
}

function mentions(node: MathNode | string | number, name: string): boolean {
  if (typeof node === 'object') return node.args.some((arg) => mentions(arg, name));
  return node === name;
}

/** The text that Lens shows in its editor. */
function textOf(expression: Expression): string {
  if (typeof expression === 'number') return String(expression);
  if ('metric' in expression) return callOf(expression.metric);
  if ('perSecond' in expression) return `normalize_by_unit(${callOf(expression.perSecond)}, unit='s')`;
  if ('counterRate' in expression)
    return `normalize_by_unit(counter_rate(${callOf(expression.counterRate)}), unit='s')`;
  if ('timeRange' in expression) return 'time_range()';
  const [left, right] = expression.args.map((arg) => (isTree(arg) ? `(${textOf(arg)})` : textOf(arg)));
  return `${left} ${SIGNS[expression.name]} ${right}`;
}

function isTree(expression: Expression): boolean {
  return typeof expression === 'object' && 'args' in expression;
}

/** sum(network.bytes, kql='…', shift='1d') */
function callOf({ operationType, sourceField, params, filter, timeShift }: FieldMetricColumn): string {
  const args = [
    ...(operationType === 'count' ? [] : [sourceField]),
    ...(params.percentile === undefined ? [] : [`percentile=${params.percentile}`]),
    ...(filter === undefined ? [] : [`kql='${filter.query.replaceAll("'", "\\'")}'`]),
    ...(timeShift === undefined ? [] : [`shift='${timeShift}'`]),
  ];
  return `${operationType}(${args.join(', ')})`;
}

function computed(
  operationType: ComputedColumn['operationType'],
  references: readonly string[],
  params: Readonly<Record<string, unknown>>,
): ComputedColumn {
  return {
    label: '',
    customLabel: true,
    operationType,
    dataType: 'number',
    isBucketed: false,
    scale: 'ratio',
    references,
    params,
  };
}
