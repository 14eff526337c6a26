import { expect, test } from 'vitest';
import { encodeMultipart, multipartType, type Part } from '../../src/run/multipart.ts';

test.each<[string, Part, string]>([
  ['a text', { name: 'a', content: 'ä' }, 'name="a"\r\n\r\nä'],
  [
    'a text with a type',
    { name: 'a', contentType: 'application/json', content: '{}' },
    'name="a"\r\nContent-Type: application/json\r\n\r\n{}',
  ],
  [
    'a file',
    { name: 'a', filename: 'b.bin', content: 'x' },
    'name="a"; filename="b.bin"\r\nContent-Type: application/octet-stream\r\n\r\nx',
  ],
  [
    'a file with a type',
    { name: 'a', filename: 'b.txt', contentType: 'text/plain', content: '' },
    'name="a"; filename="b.txt"\r\nContent-Type: text/plain\r\n\r\n',
  ],
  [
    'names beyond ASCII, and such that would end the line',
    { name: 'ä"\r\nb', filename: 'ü "1".txt', contentType: 'text/plain', content: '' },
    'name="ä%22%0D%0Ab"; filename="ü %221%22.txt"\r\nContent-Type: text/plain\r\n\r\n',
  ],
])('%s', (_title, part, expected) => {
  const text = new TextDecoder().decode(encodeMultipart([part], 'cut'));
  expect(text).toBe(`--cut\r\nContent-Disposition: form-data; ${expected}\r\n--cut--\r\n`);
});

test('bytes stay as they are', () => {
  const content = Uint8Array.from({ length: 256 }, (_, index) => index);
  const bytes = encodeMultipart([{ name: 'a', filename: 'b', content }], 'cut');
  expect(bytes.subarray(-256 - 11, -11)).toEqual(content);
});

test('parts keep their order and may share a name; other readers take them apart', async () => {
  const parts: Part[] = [
    { name: 'b', content: '1' },
    { name: 'a', content: '2' },
    { name: 'b', filename: 'ä.txt', contentType: 'text/plain', content: 'three\r\n--cu' },
  ];
  const body = encodeMultipart(parts, 'cut');
  const form = await new Response(body, { headers: { 'content-type': multipartType('cut') } }).formData();
  expect([...form.keys()]).toEqual(['b', 'a', 'b']);
  expect(form.get('a')).toBe('2');
  const file = form.getAll('b')[1];
  if (!(file instanceof File)) throw new Error('no file');
  expect([file.name, file.type, await file.text()]).toEqual(['ä.txt', 'text/plain', 'three\r\n--cu']);
});

test('no parts', () => {
  expect(new TextDecoder().decode(encodeMultipart([], 'cut'))).toBe('--cut--\r\n');
});
