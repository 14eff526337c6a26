import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { placeOf } from '../diagnostics/source.ts';
import type { TextNode } from '../journey/node.ts';
import type { Project } from '../project/project.ts';
import { resolveShell } from '../project/shell.ts';
import type { CallbackListener, ListenOptions } from '../worker/callback-listener.ts';
import type { Io } from './io.ts';
import { DiagnosedStop, Stop } from './stop.ts';

/** Listens where reqflo.yaml says, else on a free port of this machine alone. @throws Stop */
export async function openCallbacks(project: Project, io: Io): Promise<CallbackListener> {
  const options = readOptions(project, io);
  const { listenForCallbacks } = await import('../worker/callback-listener.ts');
  try {
    return await listenForCallbacks(options);
  } catch (error) {
    const { host, port } = options;
    const why = error instanceof Error ? error.message : String(error);
    throw new Stop(
      2,
      `callbacks cannot be heard on ${host}:${port}: ${why}`,
      'change callbacks.listen of reqflo.yaml',
    );
  }
}

function readOptions({ settings }: Project, io: Io): ListenOptions {
  const { callbacks: { listen, url } = {} } = settings;
  const address =
    listen && readSetting(settings, listen, io, readAddress, 'like 127.0.0.1:8080, or 0.0.0.0:8080');
  const shown = url && readSetting(settings, url, io, readUrl, 'like https://tunnel.example');
  return { ...(address ?? { host: '127.0.0.1', port: 0 }), ...(shown === undefined ? {} : { url: shown }) };
}

/** A setting whose `shell.NAME` are resolved. @throws DiagnosedStop */
function readSetting<T>(
  { source }: Project['settings'],
  node: TextNode,
  io: Io,
  read: (text: string) => T | undefined,
  fix: string,
): T | undefined {
  if (source === undefined) return undefined;
  const diagnostics: Diagnostic[] = [];
  const text = resolveShell(source, node, io.env, (diagnostic) => diagnostics.push(diagnostic));
  if (diagnostics.length > 0) throw new DiagnosedStop(3, diagnostics, [source]);
  const value = typeof text === 'string' ? read(text) : undefined;
  if (value !== undefined) return value;
  const message = `"${String(text)}" does not fit here`;
  const place = placeOf(source, node.span);
  throw new DiagnosedStop(2, [{ code: 'invalid-value', severity: 'error', message, place, fix }], [source]);
}

function readAddress(text: string): Pick<ListenOptions, 'host' | 'port'> | undefined {
  const [, bracketed, plain, port] = /^(?:\[([^\]\s]+)\]|([^:\s]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  return host === undefined || Number(port) > 65_535 ? undefined : { host, port: Number(port) };
}

function readUrl(text: string): string | undefined {
  return /^https?:\/\/[^/?#\s]+[^?#\s]*$/.test(text) ? text : undefined;
}
