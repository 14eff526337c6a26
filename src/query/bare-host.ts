/**
 * `www.example.com/a`, `localhost:8080`, `10.0.0.1/b`: an address without its scheme, which a URL reference (RFC 3986,
 * 4.2) has as a path. A file name (`orders.json`) is none.
 */
export function isBareHost(url: string): boolean {
  return /^(?:localhost(?=[:/?#]|$)|www\.|(?:[\w-]+\.)+[a-z]{2,}\/|[\w-]+(?:\.[\w-]+)*:\d+(?=[/?#]|$)|\d+(?:\.\d+){3}(?=[:/?#]|$))/i.test(
    url,
  );
}
