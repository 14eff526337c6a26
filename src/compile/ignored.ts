import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Source } from '../diagnostics/source.ts';

const comment = /#\s*reqflo-ignore:\s*([\w-]+(?:\s*,\s*[\w-]+)*)\s*$/;

/** Whether `# reqflo-ignore: CODE` at the end of its line silences a warning. Errors cannot be silenced. */
export function isIgnored(source: Source, diagnostic: Diagnostic): boolean {
  if (diagnostic.severity === 'error' || diagnostic.place === undefined) return false;
  const line = source.text.split('\n')[diagnostic.place.line - 1] ?? '';
  const codes = comment.exec(line)?.[1]?.split(/\s*,\s*/) ?? [];
  return codes.includes(diagnostic.code);
}
