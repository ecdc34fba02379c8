import type { Highs, Model } from 'highs';

/** Yes-or-no columns and rows of a linear model, as sparse arrays. */
export class LinearModel {
  private readonly lower: number[] = [];
  private readonly upper: number[] = [];
  private readonly whole: boolean[] = [];
  private readonly rowLower: number[] = [];
  private readonly rowUpper: number[] = [];
  private readonly starts: number[] = [0];
  private readonly indices: number[] = [];
  private readonly values: number[] = [];

  get columns(): number {
    return this.upper.length;
  }

  /** A whole number from 0 to `upper`; answers its column. */
  add(upper = 1, whole = true): number {
    this.lower.push(0);
    this.upper.push(upper);
    this.whole.push(whole);
    return this.upper.length - 1;
  }

  /** `atLeast` ≤ Σ factor × column ≤ `atMost`. */
  row(terms: readonly (readonly [column: number, factor: number])[], { atLeast = -Infinity, atMost = Infinity }: { atLeast?: number; atMost?: number }): void {
    for (const [column, factor] of terms) {
      this.indices.push(column);
      this.values.push(factor);
    }
    this.starts.push(this.indices.length);
    this.rowLower.push(atLeast);
    this.rowUpper.push(atMost);
  }

  /** The caller disposes it: nobody else frees its memory. */
  create(highs: Highs, cost: Float64Array): Model {
    const { continuous, integer } = highs.constants.variableType;
    return highs.createModel({
      numCols: this.columns, numRows: this.rowLower.length,
      colCost: cost, colLower: Float64Array.from(this.lower), colUpper: Float64Array.from(this.upper),
      rowLower: Float64Array.from(this.rowLower), rowUpper: Float64Array.from(this.rowUpper),
      integrality: Int32Array.from(this.whole, (isWhole) => (isWhole ? integer : continuous)),
      matrix: {
        format: 'csr', numRows: this.rowLower.length, numCols: this.columns,
        starts: Int32Array.from(this.starts), indices: Int32Array.from(this.indices), values: Float64Array.from(this.values),
      },
    });
  }
}
