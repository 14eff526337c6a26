/** Why a runner gave no answer, of what fetch threw: `ECONNREFUSED`. */
export function reasonOf(error: unknown): string {
  const { cause = error } = error as { cause?: unknown };
  const { code, message } = cause as { code?: unknown; message?: unknown };
  return String(code ?? message ?? cause);
}
