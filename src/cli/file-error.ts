/** What the system refuses: where it is no bug of ours, in words, and the exit code. */
export interface FileProblem {
  readonly why: string;
  readonly exitCode: 2 | 3;
}

// A path that was given wrongly is a matter of usage; the rest is what this machine has run out of.
const problems: Readonly<Record<string, FileProblem>> = {
  EACCES: { why: 'permission denied', exitCode: 2 },
  EPERM: { why: 'permission denied', exitCode: 2 },
  EROFS: { why: 'the file system is read-only', exitCode: 2 },
  EISDIR: { why: 'it is a folder', exitCode: 2 },
  ENOTDIR: { why: 'a part of its path is no folder', exitCode: 2 },
  EEXIST: { why: 'there is a file in its place', exitCode: 2 },
  ENAMETOOLONG: { why: 'its name is too long', exitCode: 2 },
  ENOSPC: { why: 'the disk is full', exitCode: 3 },
  EDQUOT: { why: 'the disk quota is used up', exitCode: 3 },
  EFBIG: { why: 'it is too large', exitCode: 3 },
  EIO: { why: 'the disk does not answer', exitCode: 3 },
  EMFILE: { why: 'too many files are open', exitCode: 3 },
  ENFILE: { why: 'too many files are open', exitCode: 3 },
};

/** Undefined for what is no such refusal. */
export function fileProblem(error: unknown): FileProblem | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const code = String(error.code);
  return Object.hasOwn(problems, code) ? problems[code] : undefined;
}
