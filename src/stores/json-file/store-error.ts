export type StoreErrorCode =
  | 'bad-artifact'
  | 'bad-batch-id'
  | 'bad-events'
  | 'bad-run-id'
  | 'bad-seal'
  | 'closed'
  | 'damaged-artifact'
  | 'damaged-document'
  | 'damaged-run'
  | 'document-exists'
  | 'folder-owned'
  | 'format-unknown'
  | 'key-missing'
  | 'sync-failed'
  | 'unknown-batch'
  | 'unknown-run'
  | 'write-failed';

/** What stops a store: which file or run, why, and what to do about it. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;
  /** The file, folder or run that it is about. */
  readonly place: string;
  readonly fix: string | undefined;

  constructor(
    code: StoreErrorCode,
    place: string,
    title: string,
    more: { readonly fix?: string; readonly cause?: unknown } = {},
  ) {
    const fix = more.fix === undefined ? '' : `; ${more.fix}`;
    super(`${place}: ${title}${fix}`, 'cause' in more ? { cause: more.cause } : undefined);
    this.code = code;
    this.place = place;
    this.fix = more.fix;
  }
}

/** `ENOSPC`, `ENOENT` … of a failed file operation. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** A write that did not work, as a person is told of it. The run or document is as it was before. */
export function writeFailed(place: string, cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  const errno = errnoOf(cause);
  if (errno === 'ENOSPC' || errno === 'EDQUOT') {
    return new StoreError('write-failed', place, `the disk is full (${errno})`, {
      fix: 'free some space; what was open goes on from its last checkpoint',
      cause,
    });
  }
  const why = cause instanceof Error ? cause.message : String(cause);
  return new StoreError('write-failed', place, `could not be written (${why})`, { cause });
}
