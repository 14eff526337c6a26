import { describe, expect, test } from 'vitest';
import { createTextFinder } from '../../src/run/text-finder.ts';

function replace(texts: readonly string[], text: string): string {
  const finder = createTextFinder();
  for (const one of texts) finder.add(one);
  return finder.replaceAll(text, '*');
}

/** The same, the slow way: at each place the longest that begins there. */
function replaceSlowly(texts: readonly string[], text: string): string {
  let shown = '';
  for (let at = 0; at < text.length; ) {
    const begun = texts.filter((one) => text.startsWith(one, at)).sort((a, b) => b.length - a.length);
    shown += begun[0] === undefined ? text[at] : '*';
    at += begun[0]?.length ?? 1;
  }
  return shown;
}

describe('many texts in one look', () => {
  test.each([
    [[], 'abcd', 'abcd'],
    [['abcd'], 'xabcdabcdx', 'x**x'],
    [['abcd'], 'abcabcd', 'abc*'],
    [['aaaa'], 'aaaaaaaaa', '**a'],
    [['abcd', 'abcdef'], 'abcdefabcdx', '**x'],
    [['bcde', 'abcd'], 'abcdef', '*ef'],
    [['☃☃☃☃'], 'a☃☃☃☃☃', 'a*☃'],
    // The same low bytes: keys alone do not tell them apart.
    [['\u0161bcd'], 'abcd \u0161bcd', 'abcd *'],
  ])('%j in %j', (texts, text, shown) => {
    expect(replace(texts, text)).toBe(shown);
  });

  test('one that is added later is found too, however the others were', () => {
    const finder = createTextFinder();
    finder.add('hunter');
    expect(finder.replaceAll('hunter22', '*')).toBe('*22');
    finder.add('hunter22');
    expect(finder.replaceAll('hunter22 hunter', '*')).toBe('* *');
  });

  test('what it finds is what a look at every place finds', () => {
    let state = 7;
    const draw = (below: number): number => {
      state = (state * 48_271) % 2_147_483_647;
      return state % below;
    };
    const textOf = (length: number): string => Array.from({ length }, () => 'abā'[draw(3)]).join('');
    for (let round = 0; round < 500; round += 1) {
      const texts = Array.from({ length: 1 + draw(6) }, () => textOf(4 + draw(4)));
      const text = textOf(draw(60));
      expect(replace(texts, text), JSON.stringify({ texts, text })).toBe(replaceSlowly(texts, text));
    }
  });
});
