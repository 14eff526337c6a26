/** An answer's status line and header fields. */
export interface Head {
  readonly status: number;
  readonly statusText: string;
  readonly httpVersion: string;
  /** In the order received, names as sent. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The values of this lower-case name. */
  all(name: string): readonly string[];
}

/** @param raw names and values in turn. */
export function readHead(
  status: number,
  statusText: string | undefined,
  httpVersion: string,
  raw: unknown,
): Head {
  const headers = readHeaders(raw);
  return {
    status,
    statusText: statusText || standardText(status),
    httpVersion,
    headers,
    all: (name) => headers.filter((header) => isNamed(header, name)).map(([, value]) => value),
  };
}

// node:http takes a start longer than a request takes, and only HTTP/2 and odd servers send no text.
function standardText(status: number): string {
  return process.getBuiltinModule('node:http').STATUS_CODES[status] ?? '';
}

function isNamed([name]: readonly [string, string], lowerCase: string): boolean {
  return name.length === lowerCase.length && name.toLowerCase() === lowerCase;
}

function readHeaders(raw: unknown): [string, string][] {
  const texts = Array.isArray(raw) ? raw.map(readText) : [];
  const headers: [string, string][] = [];
  for (let index = 1; index < texts.length; index += 2) {
    headers.push([texts[index - 1] ?? '', texts[index] ?? '']);
  }
  return headers;
}

// RFC 9110, 5.5 leaves bytes above 7F opaque: today they are UTF-8, on old servers Latin-1.
function readText(bytes: unknown): string {
  if (!Buffer.isBuffer(bytes)) return String(bytes);
  const text = bytes.toString('utf8');
  // The parser keeps the optional whitespace at a value's end (RFC 9110, 5.5).
  return (text.includes('\uFFFD') ? bytes.toString('latin1') : text).trimEnd();
}
