import { loadMarkup } from './markup.ts';

interface Libraries {
  readonly slimdom: typeof import('slimdom');
  readonly fontoxpath: typeof import('fontoxpath');
}

let libraries: Libraries | undefined;

/**
 * Loads what XPath over XML and HTML needs, once. It must be awaited before `selectXPath` and `checkXPath`: a
 * run whose artifact has such a target awaits it at its start, and evaluates synchronously from then on.
 */
export async function loadXml(): Promise<void> {
  if (libraries !== undefined) return;
  const [slimdom, { default: fontoxpath }] = await Promise.all([
    import('slimdom'),
    import('fontoxpath'),
    loadMarkup(),
  ]);
  libraries = { slimdom, fontoxpath };
}

/** @throws TypeError where `loadXml` was not awaited. */
export function xmlLibraries(): Libraries {
  if (libraries === undefined) throw new TypeError('loadXml() comes first');
  return libraries;
}
