// The calls of Kibana's alerting API that set-up takes: is it there, read, create, update, delete a rule.

import { askKibana, type KibanaAnswer, type KibanaConnection, type KibanaRequest, reasonOf } from './kibana-http.ts';
import { OutputError } from './output.ts';

/** What makes a rule, as Kibana's API names it. */
export interface RuleContent {
  readonly name: string;
  readonly rule_type_id: string;
  readonly tags?: readonly string[];
  readonly schedule: { readonly interval: string };
  readonly params: Readonly<Record<string, unknown>>;
}

/** A rule as Kibana has it. */
export interface Rule extends RuleContent {
  readonly id: string;
  readonly isEnabled: boolean;
  /** What the user wants done; an update hands them back as they are. */
  readonly actions: readonly Readonly<Record<string, unknown>>[];
}

export class KibanaAlertsClient {
  readonly #connection: KibanaConnection;
  readonly #root: string;

  constructor(connection: KibanaConnection, space: string) {
    this.#connection = connection;
    this.#root = `${space === 'default' ? '' : `/s/${encodeURIComponent(space)}`}/api/alerting`;
  }

  /** Whether this Kibana has alerting at all. */
  async isAvailable(): Promise<boolean> {
    return (await this.#ask('GET', '/_health')).status === 200;
  }

  /** The rule; nothing when there is none of that id. */
  async read(id: string): Promise<Rule | undefined> {
    const answer = await this.#ask('GET', `/rule/${id}`);
    return answer.status === 404 ? undefined : this.#rule(answer, id);
  }

  /** Creates a rule, switched off. */
  async create(id: string, { name, rule_type_id, tags, schedule, params }: RuleContent): Promise<Rule> {
    const body = { name, rule_type_id, tags, schedule, params, consumer: 'stackAlerts', enabled: false, actions: [] };
    return this.#rule(await this.#ask('POST', `/rule/${id}`, body), name);
  }

  /** Replaces what makes the rule; it stays on or off, and keeps its actions. */
  async update(before: Rule, { name, tags, schedule, params }: RuleContent): Promise<Rule> {
    const body = { name, tags, schedule, params, actions: before.actions };
    return this.#rule(await this.#ask('PUT', `/rule/${before.id}`, body), name);
  }

  /** Deletes a rule; one that is gone already is fine. */
  async delete(id: string): Promise<void> {
    const answer = await this.#ask('DELETE', `/rule/${id}`);
    if (answer.status !== 204 && answer.status !== 200 && answer.status !== 404) throw refused(answer, id);
  }

  #ask(method: KibanaRequest['method'], path: string, body?: object): Promise<KibanaAnswer> {
    const content = body === undefined ? {} : { contentType: 'application/json', body: JSON.stringify(body) };
    return askKibana(this.#connection, { method, path: `${this.#root}${path}`, ...content });
  }

  #rule(answer: KibanaAnswer, name: string): Rule {
    if (answer.status !== 200) throw refused(answer, name);
    const { enabled, ...rule } = JSON.parse(answer.text) as Omit<Rule, 'isEnabled'> & { readonly enabled: boolean };
    return { ...rule, actions: rule.actions ?? [], isEnabled: enabled };
  }
}

function refused(answer: KibanaAnswer, name: string): OutputError {
  const isRetriable = answer.status >= 500 || answer.status === 429;
  return new OutputError(`Kibana answers ${answer.status} for the rule ${name}: ${reasonOf(answer)}`, isRetriable);
}
