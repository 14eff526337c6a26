/** Where a request goes. */
export interface Target extends Server {
  /** Absolute, as written. */
  readonly url: string;
  /** As written: `.` and `..` are not resolved, what RFC 3986 forbids is percent-encoded. */
  readonly pathAndQuery: string;
}

interface Server {
  /** `http://127.0.0.1:4010`. */
  readonly origin: string;
  /** As the Host header has it: without the scheme's own port. */
  readonly host: string;
  /** For people: always with the port. */
  readonly place: string;
  /** It speaks TLS. */
  readonly secure: boolean;
}

export type TargetReading =
  | { readonly kind: 'target'; readonly target: Target }
  | { readonly kind: 'refused'; readonly problem: string };

/** Reads an absolute http or https URL. */
export function readTarget(url: string): TargetReading {
  const [, written, rest] = plainUrl.exec(url) ?? [];
  const reading = written === undefined ? readServer(url) : readServerOnce(written, url);
  if (reading.kind === 'refused') return reading;
  const { origin, host, place, secure } = reading.server;
  const path = written === undefined ? pathIn(url) : pathAndQuery(rest);
  return { kind: 'target', target: { url, origin, host, place, secure, pathAndQuery: path } };
}

/** Scheme and authority that tell the server alone, and the path behind them, which no parser refuses. */
const plainUrl = /^(https?:\/\/[a-z0-9.:[\]-]+)(?:$|([/?][^#]*)|#)/i;

type ServerReading =
  | { readonly kind: 'server'; readonly server: Server }
  | { readonly kind: 'refused'; readonly problem: string };

function readServer(text: string): ServerReading {
  const url = parseUrl(text);
  if (url === undefined) return { kind: 'refused', problem: `${JSON.stringify(text)} is no URL` };
  const { protocol, origin, host, hostname, port, username, password } = url;
  if (protocol !== 'http:' && protocol !== 'https:') {
    return { kind: 'refused', problem: `a URL begins with http:// or https://, not ${protocol}` };
  }
  // Sent on, they would be in the evidence; dropped, nobody would see why the answer is 401.
  if (username !== '' || password !== '') {
    return { kind: 'refused', problem: 'the URL holds a user name or password: use `auth: { basic: … }`' };
  }
  const secure = protocol === 'https:';
  const place = `${hostname}:${port || (secure ? '443' : '80')}`;
  return { kind: 'server', server: { origin, host, place, secure } };
}

/** By what was written: a journey has few servers, and many requests to each. */
const servers = new Map<string, ServerReading>();
const mostServers = 64;

function readServerOnce(written: string, url: string): ServerReading {
  const before = servers.get(written);
  if (before !== undefined) return before;
  const reading = readServer(url);
  if (servers.size === mostServers) servers.clear();
  if (reading.kind === 'server') servers.set(written, reading);
  return reading;
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

// The URL class resolves dot segments; a test of how a server treats them needs them on the wire.
// A backslash, which it takes for a slash, is its affair.
function pathIn(text: string): string {
  const written = /^\s*https?:\/\/[^/?#\\]+(?:$|([/?][^#]*)|#)/i.exec(text);
  if (written !== null) return pathAndQuery(written[1]);
  const url = new URL(text);
  return url.pathname + url.search;
}

function pathAndQuery(written = ''): string {
  const rest = written.trimEnd();
  const path = rest.startsWith('/') ? rest : `/${rest}`;
  return path.replace(/[^\x21-\x7e]|["<>\\^`{|}]/gu, percentEncode);
}

function percentEncode(character: string): string {
  const hex = Buffer.from(character).toString('hex').toUpperCase();
  return hex.replace(/../g, '%$&');
}
