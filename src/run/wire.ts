import type { Cookies, FailedSend, Instant } from './outcome.ts';

/** How TLS is spoken with the origin; PEM texts. */
export interface TlsSettings {
  /** Trusted in place of the system's authorities. */
  readonly ca?: string;
  /** The client's own certificate and its key; they never follow a redirect to another origin. */
  readonly cert?: string;
  readonly key?: string;
  /** Any certificate will do. */
  readonly insecure?: boolean;
}

/** What AWS Signature Version 4 signs with. */
export interface SigV4Settings {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Both are guessed from an amazonaws.com host where they are not given. */
  readonly region?: string;
  readonly service?: string;
}

/** A request on the wire: everything resolved. */
export interface WireRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string | Uint8Array;
  /** Of the whole sending: every hop of it. */
  readonly timeoutMs: number;
  /** The jar; undefined sends and keeps no cookies. */
  readonly cookies?: Cookies;
  /** How many redirects are followed; the answer to the last is the answer, whatever it is. */
  readonly followRedirects?: number;
  /** Headers that never follow to another origin, beside Authorization, Cookie and Host; lower-case names. */
  readonly originHeaders?: readonly string[];
  readonly tls?: TlsSettings;
  /** `http://user:password@proxy:3128`: a tunnel (CONNECT) for https and HTTP/2, else the proxy is asked. */
  readonly proxy?: string;
  /** How it travels to another origin, where a redirect leads there; absent: as to the first, without `cert` and `key`. */
  readonly elsewhere?: Pick<WireRequest, 'tls' | 'proxy'>;
  /** Over TLS as the server chooses (ALPN), over plain http with prior knowledge (RFC 9113, 3.3). */
  readonly http2?: boolean;
  /** Asks for gzip, deflate and br. */
  readonly compression?: boolean;
  /** Answers a Digest challenge (RFC 7616). */
  readonly digest?: { readonly username: string; readonly password: string };
  readonly sigV4?: SigV4Settings;
}

/** Milliseconds. */
export interface Timing {
  /** Looking up the name; like `tcp` and `tls` 0 on a connection that was kept. */
  readonly dns: number;
  /** Through a proxy: until the tunnel stands. */
  readonly tcp: number;
  readonly tls: number;
  /** From the start of the last hop to the first byte of its answer. */
  readonly firstByte: number;
  /** From the start of the last hop to the last byte of its answer. */
  readonly total: number;
}

/** The server's certificate. */
export interface Certificate {
  /** `CN=shop.example, O=Shop`. */
  readonly subject: string;
  readonly issuer: string;
  /** RFC 3339. */
  readonly validFrom: string;
  readonly validTo: string;
  /** `DNS:shop.example, IP Address:127.0.0.1`. */
  readonly subjectAltName: string;
  readonly serialNumber: string;
  /** Upper-case hex, in pairs with colons between. */
  readonly fingerprint256: string;
}

export interface WireResponse {
  readonly status: number;
  readonly statusText: string;
  readonly httpVersion: string;
  /** As received, in order, names as sent. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Decoded body (after Content-Encoding). */
  readonly body: Uint8Array;
  /** The body as text: its declared charset, else UTF-8. Decoded when first read. */
  readonly text: () => string;
  readonly timing?: Timing;
  /** How many were followed. */
  readonly redirects?: number;
  /** Where the answer came from, after redirects. */
  readonly url?: string;
  readonly certificate?: Certificate;
}

/** A request that was answered with a redirect or a challenge, so that another followed. */
export interface Hop {
  readonly method: string;
  readonly url: string;
  readonly sentHeaders: readonly (readonly [name: string, value: string])[];
  readonly status: number;
  readonly statusText: string;
  readonly httpVersion: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Where the redirect led, as the server wrote it; absent: a challenge. */
  readonly location?: string;
  readonly durationMs: number;
}

/** What came of a sending. Network failures are results, never exceptions. */
export interface Exchange {
  /** The hops before the last, which the rest is about; absent: there was one alone. */
  readonly hops?: readonly Hop[];
  /** What a redirect made of the request. */
  readonly redirected?: Pick<WireRequest, 'method' | 'url' | 'body'>;
  /** Headers as they went out, the client's own included. */
  readonly sentHeaders: readonly (readonly [name: string, value: string])[];
  readonly sent: 'no' | 'maybe' | 'yes';
  /** Of all hops. */
  readonly durationMs: number;
  readonly at: Instant;
  readonly cookies?: Cookies;
  readonly result:
    | { readonly kind: 'answered'; readonly response: WireResponse }
    | { readonly kind: 'failed'; readonly reason: FailedSend; readonly message: string };
}
