import { type Piece, rowLimit } from './row.ts';

/** An element of the list as its text; or why there are no more, and where. */
export type ListPart =
  | { readonly kind: 'element'; readonly piece: Piece }
  | { readonly kind: 'fault'; readonly piece: Piece; readonly message: string };

/**
 * Splits the text of a JSON list (RFC 8259) at its own commas, as the text comes in. What is between them is
 * not looked into. After a fault it is over.
 */
export class ListSplitter {
  /** What is not given out yet, where in the file it begins, and how much of it was looked at. */
  #text = '';
  #line = 1;
  #column = 1;
  #at = 0;
  #where: 'before' | 'inside' | 'behind' = 'before';
  /** Brackets that are open inside the element. */
  #depth = 0;
  #inString = false;
  #isEscaped = false;
  #elements = 0;

  *push(chunk: string): Generator<ListPart, void, undefined> {
    this.#text += chunk;
    for (let sign = this.#next(); sign !== undefined; sign = this.#next()) {
      const part = this.#where === 'inside' ? this.#inside(sign) : this.#outside(sign);
      if (part !== undefined) yield part;
      if (part?.kind === 'fault') return;
    }
    if (this.#text.length <= rowLimit) return;
    yield this.#fault(`row ${this.#elements + 1} is longer than ${rowLimit / 1e6} MB`);
  }

  /** At the end of the text. */
  finish(): ListPart | undefined {
    if (this.#where === 'behind') return undefined;
    return this.#fault(this.#where === 'before' ? noList : 'the list is not closed');
  }

  /** The next sign that matters here: inside the list brackets and commas, outside it whatever is no space. */
  #next(): string | undefined {
    while (this.#at < this.#text.length) {
      const sign = this.#text.charAt(this.#at++);
      if (this.#isEscaped) this.#isEscaped = false;
      else if (this.#inString) {
        if (sign === '"') this.#inString = false;
        else this.#isEscaped = sign === '\\';
      } else if (this.#where !== 'inside') {
        if (!' \t\n\r'.includes(sign)) return sign;
      } else if (sign === '"') this.#inString = true;
      else if ('{}[],'.includes(sign)) return sign;
    }
    return undefined;
  }

  #outside(sign: string): ListPart | undefined {
    if (this.#where === 'before' && sign === '[') {
      this.#where = 'inside';
      this.#cut(this.#at);
      return undefined;
    }
    this.#cut(this.#at - 1);
    return this.#fault(this.#where === 'before' ? noList : 'something stands behind the list');
  }

  #inside(sign: string): ListPart | undefined {
    if (sign === '{' || sign === '[') this.#depth++;
    else if (this.#depth > 0) this.#depth -= sign === ',' ? 0 : 1;
    else if (sign === ',' || sign === ']') return this.#endElement(sign);
    return undefined;
  }

  #endElement(sign: string): ListPart | undefined {
    this.#skipSpace();
    const piece = this.#cut(this.#at - 1);
    this.#cut(1);
    if (sign === ']') this.#where = 'behind';
    const text = piece.text.trimEnd();
    if (text !== '') {
      this.#elements++;
      return { kind: 'element', piece: { ...piece, text } };
    }
    if (sign === ']' && this.#elements === 0) return undefined;
    return { kind: 'fault', piece, message: 'a row is missing here: there is a comma too many' };
  }

  #fault(message: string): ListPart {
    this.#skipSpace();
    return { kind: 'fault', piece: { line: this.#line, column: this.#column, text: '' }, message };
  }

  #skipSpace(): void {
    const [space = ''] = /^[ \t\n\r]*/.exec(this.#text) ?? [];
    this.#cut(space.length);
  }

  /** Takes the first `length` characters off. */
  #cut(length: number): Piece {
    const piece = { line: this.#line, column: this.#column, text: this.#text.slice(0, length) };
    const breaks = piece.text.split('\n');
    this.#line += breaks.length - 1;
    this.#column = (breaks.at(-1) ?? '').length + (breaks.length === 1 ? this.#column : 1);
    this.#text = this.#text.slice(length);
    this.#at -= length;
    return piece;
  }
}

const noList = 'a JSON data file is a list of objects';
