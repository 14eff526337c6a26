import type { Text } from '../artifact/texts.ts';
import { type Layer, type Resolving, reportGiven, resolveGiven, strongest } from './service-layers.ts';

/** The strongest layer's; a password in it goes the way of secrets. */
export function resolveProxy(
  resolving: Resolving,
  service: string,
  layers: readonly Layer[],
): Text | undefined {
  const given = strongest(layers, ({ proxy }) => proxy);
  if (given === undefined) return undefined;
  const url = resolveGiven(resolving, given);
  if (!/^https?:\/\/[^/?#\s]/i.test(url) && !url.includes('${{')) {
    reportGiven(
      resolving,
      'invalid-value',
      given,
      'this is not the URL of a proxy',
      'like http://proxy.example:3128',
    );
    return url;
  }
  const { before, password, behind } = splitPassword(url);
  if (password === '') return url;
  return before + resolving.handOver(`${service}.proxy`, password) + behind;
}

interface Parted {
  readonly before: string;
  /** What may not stand in what is written down, as far as it is known now. */
  readonly password: string;
  readonly behind: string;
}

function splitPassword(url: string): Parted {
  const [start = '', given = ''] = /^https?:\/\/([^/?#]*)@/i.exec(url) ?? [];
  const password = passwordIn(given);
  const end = Math.max(start.length - 1, 0);
  return { before: url.slice(0, end - password.length), password, behind: url.slice(end) };
}

/** A lone user name is a credential too; what a secret gives is hidden already. */
function passwordIn(given: string): string {
  const last = given.lastIndexOf('}}');
  const colon = given.indexOf(':', Math.max(last, 0));
  if (colon !== -1) return given.slice(colon + 1);
  return last === -1 ? given : '';
}
