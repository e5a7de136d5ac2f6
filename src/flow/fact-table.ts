// What option data says about numbered things: samplers, interfaces, VRFs. Their numbers mean something inside one
// observation domain only (RFC 7011 §2), but devices number them once for all: they send the tables in one domain and
// flows of every line card in a domain of its own. So a domain that says nothing about a number is answered by the
// exporter's other domains, as far as those agree.

/** One table of one domain. A falsy value (0, '') was told, and says nothing. */
export class FactTable<K, V> extends Map<K, V> {
  readonly #shared: SharedFacts<K, V> | undefined;

  /** @param shared the same table of the exporter's other domains */
  constructor(shared?: SharedFacts<K, V>) {
    super();
    this.#shared = shared;
    shared?.join(this);
  }

  /** What this domain says, else what the others agree on; undefined where neither says anything. */
  find(key: K): V | undefined {
    if (this.size > 0) {
      const own = this.get(key);
      if (own) return own;
    }
    return this.#shared?.get(key);
  }

  override set(key: K, value: V): this {
    if (this.get(key) === value) return this;
    super.set(key, value);
    this.#shared?.settle(key);
    return this;
  }
}

/** One kind of table of all domains of an exporter. Where there is a single domain, it costs nothing. */
export class SharedFacts<K, V> {
  readonly #tables: FactTable<K, V>[] = [];
  /** What all domains that say something agree on; undefined where they do not. */
  #agreed: Map<K, V | undefined> | undefined = undefined;

  get(key: K): V | undefined {
    return this.#agreed?.get(key);
  }

  /** Adds an empty table. */
  join(table: FactTable<K, V>): void {
    this.#tables.push(table);
    if (this.#tables.length === 2) this.#agreed = new Map(this.#tables[0]);
  }

  /** Looks anew at what the domains say of a key: as many steps as there are domains, and only after a change. */
  settle(key: K): void {
    if (this.#agreed === undefined) return;
    let agreed: V | undefined;
    for (const table of this.#tables) {
      const value = table.get(key);
      if (!value || value === agreed) continue;
      if (agreed !== undefined) {
        this.#agreed.set(key, undefined);
        return;
      }
      agreed = value;
    }
    this.#agreed.set(key, agreed);
  }
}
