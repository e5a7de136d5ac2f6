// KQL to Elasticsearch's query language, so much of it as panels use: field: value, lists in parentheses, comparisons,
// `*`, and, or, not. Kibana's own parser is no package of its own. What is not understood throws.

type Query = Readonly<Record<string, unknown>>;

const TOKEN = /\s*(?:(\()|(\))|(>=|<=|>|<|:)|"((?:[^"\\]|\\.)*)"|([^\s():<>"]+))/y;

interface Token {
  readonly kind: 'open' | 'close' | 'operator' | 'quoted' | 'word';
  readonly text: string;
}

/** The query of a KQL text; empty text means all documents. Throws an Error that quotes the text. */
export function kqlQuery(text: string): Query {
  if (text.trim() === '') return { match_all: {} };
  const parser = new Parser(text, tokens(text));
  return parser.whole();
}

/** Fields that a KQL text names. */
export function kqlFields(text: string): readonly string[] {
  const list = tokens(text);
  return list
    .filter((token, index) => token.kind === 'word' && list[index + 1]?.kind === 'operator')
    .map(({ text: name }) => name);
}

function tokens(text: string): readonly Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const match = TOKEN.exec(text);
    if (match === null) throw new Error(`KQL: ${text}`);
    const [, open, close, operator, quoted, word] = match;
    if (open !== undefined) found.push({ kind: 'open', text: open });
    else if (close !== undefined) found.push({ kind: 'close', text: close });
    else if (operator !== undefined) found.push({ kind: 'operator', text: operator });
    else if (quoted !== undefined) found.push({ kind: 'quoted', text: quoted.replace(/\\(.)/g, '$1') });
    else found.push({ kind: 'word', text: word! });
  }
  return found;
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string, list: readonly Token[]) {
    this.#text = text;
    this.#tokens = list;
  }

  whole(): Query {
    const query = this.#or(() => this.#not());
    if (this.#at < this.#tokens.length) this.#fail();
    return query;
  }

  #or(leaf: () => Query): Query {
    const should = [this.#and(leaf)];
    while (this.#takeWord('or')) should.push(this.#and(leaf));
    return should.length === 1 ? should[0]! : { bool: { should, minimum_should_match: 1 } };
  }

  #and(leaf: () => Query): Query {
    const filter = [leaf()];
    while (this.#takeWord('and')) filter.push(leaf());
    return filter.length === 1 ? filter[0]! : { bool: { filter } };
  }

  #not(): Query {
    if (this.#takeWord('not')) return { bool: { must_not: [this.#not()] } };
    if (this.#take('open') !== undefined) {
      const inner = this.#or(() => this.#not());
      if (this.#take('close') === undefined) this.#fail();
      return inner;
    }
    const field = this.#take('word')?.text ?? this.#fail();
    const operator = this.#take('operator')?.text ?? this.#fail();
    if (operator !== ':') {
      const names: Readonly<Record<string, string>> = { '>': 'gt', '>=': 'gte', '<': 'lt', '<=': 'lte' };
      const value = this.#take('word') ?? this.#take('quoted') ?? this.#fail();
      return { range: { [field]: { [names[operator]!]: value.text } } };
    }
    if (this.#take('open') !== undefined) {
      const list = this.#or(() => this.#value(field));
      if (this.#take('close') === undefined) this.#fail();
      return list;
    }
    return this.#value(field);
  }

  #value(field: string): Query {
    if (this.#takeWord('not')) return { bool: { must_not: [this.#value(field)] } };
    const quoted = this.#take('quoted');
    if (quoted !== undefined) return { term: { [field]: quoted.text } };
    const { text } = this.#take('word') ?? this.#fail();
    if (text === '*') return { exists: { field } };
    return text.includes('*') ? { wildcard: { [field]: text } } : { term: { [field]: text } };
  }

  #take(kind: Token['kind']): Token | undefined {
    const token = this.#tokens[this.#at];
    if (token?.kind !== kind) return undefined;
    this.#at++;
    return token;
  }

  #takeWord(word: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'word' || token.text.toLowerCase() !== word) return false;
    this.#at++;
    return true;
  }

  #fail(): never {
    throw new Error(`KQL is not understood here at word ${this.#at + 1}: ${this.#text}`);
  }
}
