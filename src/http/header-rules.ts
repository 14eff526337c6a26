// RFC 9110, 5.6.2: a token.
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// RFC 9110, 5.5: a field value has no control characters but the tab.
const control = /[^\t\x20-\x7e\x80-\u{10ffff}]/u;
const framing = new Set(['transfer-encoding', 'keep-alive', 'upgrade', 'expect']);

export function isToken(text: string): boolean {
  return token.test(text);
}

/** Why a header cannot be sent as it is written, or undefined. */
export function headerProblem(name: string, value: string, bodyBytes: number): string | undefined {
  if (!isToken(name)) return `${JSON.stringify(name)} is no name of a header (RFC 9110, 5.1)`;
  if (control.test(value)) return `header ${name} holds a line break or another control character`;
  const lowerCase = name.toLowerCase();
  if (framing.has(lowerCase)) return `header ${name} belongs to the connection and cannot be set`;
  if (lowerCase === 'connection' && !/^(close|keep-alive)$/i.test(value)) {
    return `header ${name} can only be close or keep-alive`;
  }
  if (lowerCase === 'content-length' && value !== String(bodyBytes)) {
    return `header ${name} says ${value}, but the body has ${bodyBytes} bytes`;
  }
  return undefined;
}
