// The fields of a flow as the objects that a condition walks: `source.as.number` is a getter of the view `source.as`. Views
// are made once; all look at the flow that is being judged. A condition can reach nothing but these getters.

import type { Environment } from '@marcbachmann/cel-js';
import type { Flow } from '../flow/flow.ts';
import { RULE_FIELDS, type RuleField } from './rule-fields.ts';

/** A view has getters and other views, and no members beside them. */
type View = Record<string, unknown>;
type ViewClass = new () => View;

interface Node {
  readonly fields: Map<string, RuleField>;
  readonly children: Map<string, Node>;
}

/** The flow that is being judged. One at a time: conditions are synchronous. */
let judged: Flow;

const root: Node = { fields: new Map(), children: new Map() };
for (const field of RULE_FIELDS) place(field);

/** The variables of every condition: views by name, and fields that stand alone. */
const variables: View = {};

/** Variables for a condition about this flow; valid until the next call. */
export function fieldsOf(flow: Flow): View {
  judged = flow;
  return variables;
}

/** Tells an environment the names and types of all fields. To be called once. */
export function declareFields(environment: Environment): void {
  for (const [name, field] of root.fields) {
    environment.registerVariable(name, field.type);
    Object.defineProperty(variables, name, { get: () => field.get(judged), enumerable: true });
  }
  for (const [name, node] of root.children) {
    const { type, View } = declareView(environment, name, node);
    environment.registerVariable(name, type);
    variables[name] = new View();
  }
}

function declareView(environment: Environment, path: string, node: Node): { type: string; View: ViewClass } {
  const View = class {} as ViewClass;
  const types: Record<string, string> = {};
  for (const [name, field] of node.fields) {
    types[name] = field.type;
    Object.defineProperty(View.prototype, name, { get: () => field.get(judged), enumerable: true });
  }
  for (const [name, child] of node.children) {
    const declared = declareView(environment, `${path}_${name}`, child);
    types[name] = declared.type;
    const view = new declared.View();
    Object.defineProperty(View.prototype, name, { get: () => view, enumerable: true });
  }
  const type = `Weir_${path}`;
  environment.registerType(type, { ctor: View, fields: types });
  return { type, View };
}

function place(field: RuleField): void {
  const parts = field.name.split('.');
  let node = root;
  for (const part of parts.slice(0, -1)) {
    let child = node.children.get(part);
    if (child === undefined) {
      child = { fields: new Map(), children: new Map() };
      node.children.set(part, child);
    }
    node = child;
  }
  node.fields.set(parts.at(-1)!, field);
}
