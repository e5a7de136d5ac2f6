// Numbers by chance that a seed repeats, and the distributions that traffic has.

export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** Uniform in [0, 1). mulberry32 (Tommy Ettinger, public domain): 32 bits of state, plenty for a demo. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  /** Whole number of 0 to count - 1. */
  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  isTrue(probability: number): boolean {
    return this.next() < probability;
  }

  /** Rank of 0 to count - 1 after Zipf with exponent about 1: a few hosts make most traffic, the tail is long. */
  zipf(count: number): number {
    return Math.min(count - 1, Math.floor(count ** this.next()) - 1);
  }

  /** Lognormal with the given median. */
  lognormal(median: number, sigma: number): number {
    return median * Math.exp(sigma * this.normal());
  }

  private normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }
}

/** Draws items by their weight. */
export class Weighted<Item> {
  private readonly items: readonly Item[];
  private readonly sums: number[] = [];
  private total = 0;

  constructor(items: readonly Item[], weightOf: (item: Item) => number) {
    this.items = items;
    for (const item of items) {
      this.total += weightOf(item);
      this.sums.push(this.total);
    }
  }

  draw(random: Random): Item {
    const at = random.next() * this.total;
    let index = 0;
    while (index < this.sums.length - 1 && this.sums[index]! <= at) index++;
    return this.items[index]!;
  }
}
