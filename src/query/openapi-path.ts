/** An operation, as far as requests are matched with it. */
interface Addressed {
  readonly method: string;
  readonly path: string;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** `{id}` stands for what is not empty; it may be a part of its segment: `{id}.pdf`. */
function segmentPattern(segment: string): RegExp {
  const parts = segment.split(/(\{[^{}]*\})/);
  const source = parts.map((part) =>
    part.startsWith('{') ? '.+' : decode(part).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'),
  );
  return new RegExp(`^${source.join('')}$`, 's');
}

function matches(template: string, path: string): boolean {
  const [wanted, given] = [template.split('/'), path.split('/')];
  return (
    wanted.length === given.length &&
    wanted.every((segment, index) => segmentPattern(segment).test(decode(given[index] ?? '')))
  );
}

function pathOf(url: string): string {
  return url.replace(/^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#]*/, '').replace(/[?#].*$/, '');
}

function withoutPrefix(path: string, prefix: string): readonly string[] {
  const isBelow = prefix !== '' && path.startsWith(prefix) && /^(?:\/|$)/.test(path.slice(prefix.length));
  return isBelow ? [path.slice(prefix.length) || '/'] : [];
}

/**
 * The paths by which a document may know a URL: below the service's base URL, as it is, or below the path of
 * one of the document's own servers.
 */
export function pathsOf(url: string, base: string, basePaths: readonly string[]): readonly string[] {
  const whole = pathOf(url) || '/';
  const below = url.startsWith(base) ? withoutPrefix(whole, pathOf(base)) : [];
  return [
    ...below,
    whole,
    ...[...below, whole].flatMap((path) => basePaths.flatMap((prefix) => withoutPrefix(path, prefix))),
  ];
}

/** Finds the operation of a request; a concrete path comes before a templated one (OpenAPI 3.1, 4.8.8.2). */
export function findOperation<T extends Addressed>(
  operations: readonly T[],
  method: string,
  paths: readonly string[],
): T | undefined {
  const sameMethod = operations.filter((one) => one.method === method.toUpperCase());
  for (const path of paths) {
    const fits = sameMethod.filter((one) => matches(one.path, path));
    const [best] = fits.sort((a, b) => countHoles(a.path) - countHoles(b.path));
    if (best !== undefined) return best;
  }
  return undefined;
}

function countHoles(path: string): number {
  return path.split('{').length;
}

/**
 * The operations that a path, which may hold `${{ … }}`, can lead to. Only where there is none it is taken for the
 * end of a path whose beginning comes from a base URL, which is not known yet.
 */
export function findPossible<T extends Addressed>(
  operations: readonly T[],
  written: string,
  basePaths: readonly string[],
): readonly T[] {
  const marked = written.replace(/\$\{\{.*?\}\}/gs, '\u0000');
  const path = `/${pathOf(marked).replace(/^\//, '')}`;
  const paths = [path, ...basePaths.flatMap((prefix) => withoutPrefix(path, prefix))];
  const found = (isWhole: boolean): readonly T[] =>
    operations.filter((one) => paths.some((given) => mayEnd(one.path, given, isWhole)));
  const whole = found(true);
  return whole.length > 0 ? whole : found(false);
}

function mayEnd(template: string, path: string, isWhole: boolean): boolean {
  const [wanted, given] = [template.split('/').slice(1), path.split('/').slice(1)];
  if (isWhole ? wanted.length !== given.length : wanted.length < given.length) return false;
  const end = wanted.slice(wanted.length - given.length);
  // Nearly every document has a path whose end is a hole, which says nothing.
  const says = isWhole || end.some((segment) => !/^\{[^{}]*\}$/.test(segment));
  return says && end.every((segment, index) => mayBe(segment, given[index] ?? ''));
}

/** Whether what two segments may stand for has something in common; where both have holes, that is assumed. */
function mayBe(template: string, written: string): boolean {
  if (!written.includes('\u0000')) return segmentPattern(template).test(decode(written));
  if (template.includes('{')) return true;
  const source = written.split('\u0000').map((part) => decode(part).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`, 's').test(decode(template));
}
