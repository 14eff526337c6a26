/** Where a request goes. */
export interface Target {
  readonly url: URL;
  /** `http://127.0.0.1:4010`. */
  readonly origin: string;
  /** As the Host header has it: without the scheme's own port. */
  readonly host: string;
  /** For people: always with the port. */
  readonly place: string;
  /** As written: `.` and `..` are not resolved, what RFC 3986 forbids is percent-encoded. */
  readonly pathAndQuery: string;
}

export type TargetReading =
  | { readonly kind: 'target'; readonly target: Target }
  | { readonly kind: 'refused'; readonly problem: string };

/** Reads an absolute http or https URL. */
export function readTarget(text: string): TargetReading {
  const url = parseUrl(text);
  if (url === undefined) return { kind: 'refused', problem: `${JSON.stringify(text)} is no URL` };
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return { kind: 'refused', problem: `a URL begins with http:// or https://, not ${url.protocol}` };
  }
  // Sent on, they would be in the evidence; dropped, nobody would see why the answer is 401.
  if (url.username !== '' || url.password !== '') {
    return { kind: 'refused', problem: 'the URL holds a user name or password: use `auth: { basic: … }`' };
  }
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return {
    kind: 'target',
    target: {
      url,
      origin: url.origin,
      host: url.host,
      place: `${url.hostname}:${port}`,
      pathAndQuery: pathAndQuery(text, url),
    },
  };
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

// The URL class resolves dot segments; a test of how a server treats them needs them on the wire.
function pathAndQuery(text: string, url: URL): string {
  const written = /^\s*https?:\/\/[^/?#\\]+([/?][^#]*)?/i.exec(text);
  if (written === null) return url.pathname + url.search;
  const rest = (written[1] ?? '').trimEnd();
  const path = rest.startsWith('/') ? rest : `/${rest}`;
  return path.replace(/[^\x21-\x7e]|["<>\\^`{|}]/gu, percentEncode);
}

function percentEncode(character: string): string {
  const hex = Buffer.from(character).toString('hex').toUpperCase();
  return hex.replace(/../g, '%$&');
}
