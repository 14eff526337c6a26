import { TextDecoder } from 'node:util';

/** The body as text: the charset that its Content-Type declares, else UTF-8. Decoded when first asked for. */
export function createBodyText(body: Uint8Array, contentType: string | undefined): () => string {
  let text: string | undefined;
  return () => {
    const decoded = text ?? decode(body, contentType);
    text = decoded;
    return decoded;
  };
}

function decode(body: Uint8Array, contentType: string | undefined): string {
  const decoder = createDecoder(contentType);
  const text = decoder.decode(body);
  return decoder.encoding === 'windows-1252' ? text.replace(/[\u0080-\u009f]/g, fixWindows1252) : text;
}

// WHATWG Encoding, windows-1252: its bytes 80 to 9F. Node decodes them, and iso-8859-1, as ISO 8859-1.
const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

function fixWindows1252(character: string): string {
  return windows1252[character.charCodeAt(0) - 0x80] ?? character;
}

const utf8 = new TextDecoder();

function createDecoder(contentType: string | undefined): TextDecoder {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType ?? '')?.[1];
  if (charset === undefined) return utf8;
  try {
    return new TextDecoder(charset);
  } catch {
    // A label that nobody knows (WHATWG Encoding, 4.2).
    return utf8;
  }
}
