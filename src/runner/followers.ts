/** Those who follow runs: while there are any, a runner has something to do. */
export class Followers {
  readonly #onChange: () => void;
  #count = 0;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get count(): number {
    return this.#count;
  }

  /** Gives what ends it; only the first call counts. */
  enter(): () => void {
    this.#change(1);
    let gone = false;
    return () => {
      if (gone) return;
      gone = true;
      this.#change(-1);
    };
  }

  #change(by: number): void {
    this.#count += by;
    this.#onChange();
  }
}
