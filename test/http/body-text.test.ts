import { describe, expect, test } from 'vitest';
import { createBodyText } from '../../src/http/body-text.ts';

const utf8 = Buffer.from('Zoë');

describe('text of a body', () => {
  test.each([
    ['nothing declared', undefined, utf8, 'Zoë'],
    ['no charset', 'application/json', utf8, 'Zoë'],
    ['UTF-8', 'text/plain; charset=UTF-8', utf8, 'Zoë'],
    ['Latin-1', 'text/plain;charset=iso-8859-1', Buffer.from('Zoë', 'latin1'), 'Zoë'],
    ['quoted, among others', 'text/plain; a=b; Charset = "windows-1252"; c', Buffer.of(0x80), '€'],
    ['Shift_JIS', 'text/html; charset=Shift_JIS', Buffer.of(0x93, 0xfa, 0x96, 0x7b), '日本'],
    ['UTF-16', 'text/plain; charset=utf-16le', Buffer.from('Zoë', 'utf16le'), 'Zoë'],
    ['a label that nobody knows', 'text/plain; charset=klingon', utf8, 'Zoë'],
    ['a byte order mark', undefined, Buffer.from('\uFEFFZoë'), 'Zoë'],
    ['bytes that are no UTF-8', undefined, Buffer.of(0x5a, 0xff), 'Z\uFFFD'],
    ['no body', undefined, Buffer.alloc(0), ''],
  ])('%s', (_title, contentType, body, expected) => {
    expect(createBodyText(body, contentType)()).toBe(expected);
  });

  test('is decoded once', () => {
    const body = Buffer.from('first');
    const text = createBodyText(body, undefined);
    text();
    body.write('other');
    expect(text()).toBe('first');
  });
});
