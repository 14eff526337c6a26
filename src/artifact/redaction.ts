/** What never leaves a worker, whatever it holds: `redact` of reqflo.yaml. */
export interface Redaction {
  /** Of requests and responses; in lower case. */
  readonly headers: readonly string[];
  /** JSONPaths (RFC 9535) into JSON bodies of both. */
  readonly body: readonly string[];
}
