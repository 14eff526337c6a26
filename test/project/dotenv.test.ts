import { expect, test } from 'vitest';
import { readDotenv } from '../../src/project/dotenv.ts';

test.each<[text: string, values: object, told: readonly string[]]>([
  ['A=one\r\n\r\n# a comment\r\nexport B = two ', { A: 'one', B: 'two' }, []],
  ['A="one # two"\nB=\'#\'\nC=`a"b`', { A: 'one # two', B: '#', C: 'a"b' }, []],
  ['A="one\ntwo"\nB=three', { A: 'one\ntwo', B: 'three' }, []],
  ['A=one # two#three\nB=', { A: 'one', B: '' }, []],
  ['A=one#two', { A: 'one' }, ['1: the value ends before its "#"']],
  ['what is this\nexport A=one', { A: 'one' }, ['1: this line is no NAME=value']],
  ['A=one\nB="two\nC=three', { A: 'one', C: 'three' }, ['2: this value has no closing "']],
])('%j', (text, values, told) => {
  const found: string[] = [];
  const read = readDotenv('.env', text, ({ place, message }) => found.push(`${place?.line}: ${message}`));
  expect(read).toMatchObject(values);
  expect(found).toEqual(told);
});
