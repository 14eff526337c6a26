import type { Entries, Template, Text } from './texts.ts';

export type Auth =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly username: Text; readonly password: Text }
  | { readonly kind: 'digest'; readonly username: Text; readonly password: Text }
  | { readonly kind: 'bearer'; readonly token: Text }
  | {
      readonly kind: 'apiKey';
      readonly name: Text;
      readonly value: Text;
      readonly in: 'header' | 'query' | 'cookie';
    }
  | OAuth2
  | {
      readonly kind: 'awsSigV4';
      readonly accessKeyId: Text;
      readonly secretAccessKey: Text;
      readonly sessionToken?: Text;
      /** Both are guessed from an amazonaws.com host where they are not given. */
      readonly region?: Text;
      readonly service?: Text;
    };

/** A token that is asked for before the request leaves, and sent as a bearer token (RFC 6749). */
export interface OAuth2 {
  readonly kind: 'oauth2';
  readonly tokenUrl: Text;
  readonly grant: 'clientCredentials' | 'password' | 'refreshToken';
  readonly clientId?: Text;
  readonly clientSecret?: Text;
  readonly clientAuth: 'basic' | 'post';
  readonly username?: Text;
  readonly password?: Text;
  readonly refreshToken?: Text;
  readonly scope?: Text;
  /** Fields of the token request beyond the standard: `audience`, `resource`. */
  readonly extra?: readonly (readonly [name: string, value: Text])[];
}

export type Body =
  | { readonly kind: 'json'; readonly value: Template }
  | { readonly kind: 'form'; readonly entries: Entries }
  | { readonly kind: 'text'; readonly text: Text }
  | { readonly kind: 'multipart'; readonly parts: readonly (readonly [name: Text, part: Part])[] }
  | { readonly kind: 'graphql'; readonly query: Text; readonly variables?: Template }
  /** Bytes of a project file, or as written: base64, embedded. */
  | { readonly kind: 'bytes'; readonly base64: string };

/** A part of a multipart body (RFC 7578); null leaves it out. */
export interface Part {
  readonly content:
    | { readonly kind: 'value'; readonly value: Template }
    | { readonly kind: 'json'; readonly value: Template }
    | { readonly kind: 'bytes'; readonly base64: string };
  readonly filename?: Text;
  readonly contentType?: Text;
}

/** How TLS is spoken: PEM texts, which may hold expressions. */
export interface Tls {
  readonly ca?: Text;
  readonly cert?: Text;
  readonly key?: Text;
  /** Where it is false, it stands against a weaker layer's true. */
  readonly insecure?: boolean;
}

export interface Request {
  readonly method: string;
  /** The service that `path` is appended to, or that `url` resolves against. */
  readonly service?: string;
  readonly path?: Text;
  readonly url?: Text;
  readonly query: Entries;
  readonly headers: Entries;
  readonly body?: Body;
  readonly auth?: Auth;
  /**
   * What the actor and `defaults` add where the URL lies on the service's origin, and nowhere else: kept apart where
   * the request may leave that origin, by a `url` or by redirects that are followed.
   */
  readonly fromDefaults?: { readonly headers: Entries; readonly auth?: Auth; readonly cookies?: Entries };
  /** A key that stays the same whenever this step is sent again: derived (true), or this text. */
  readonly idempotencyKey?: true | Text;
  /** The author says that sending it twice does no harm. */
  readonly idempotent?: true;
  /** Hops that are followed at most. */
  readonly followRedirects?: number;
  /** Asks for gzip, deflate and br. */
  readonly compression?: true;
  readonly http2?: true;
  readonly proxy?: Text;
  readonly tls?: Tls;
  /** Sent beside the jar's; one of the same name wins over it. */
  readonly cookies?: Entries;
}
