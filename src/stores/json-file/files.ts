import { readFileSync } from 'node:fs';
import { link, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';

/** A file that is open for writing. Positions and lengths are in bytes. */
export interface OpenFile {
  /** Bytes written, which may be fewer than given. */
  write(bytes: Uint8Array, position: number): Promise<number>;
  truncate(length: number): Promise<void>;
  /** fdatasync: the data, and the metadata needed to read it back. */
  datasync(): Promise<void>;
  close(): Promise<void>;
}

/** Everything that the store asks of a file system, so that tests can fill the disk and cut the power. */
export interface Files {
  /** `wx` makes a new file, `r+` opens one that is there. */
  open(path: string, flags: 'wx' | 'r+', mode?: number): Promise<OpenFile>;
  read(path: string): Promise<Buffer>;
  readNow(path: string): Buffer;
  /** Names in a folder, in no order. */
  list(folder: string): Promise<readonly string[]>;
  /** With the folders above it. Gives the topmost one that it had to make. */
  makeFolder(path: string, mode: number): Promise<string | undefined>;
  /** Fails with EEXIST where `path` is taken. */
  link(existing: string, path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** A file, or a folder with all that is in it; nothing there is no error. */
  remove(path: string): Promise<void>;
  /** Makes the names in a folder durable. */
  syncFolder(path: string): Promise<void>;
}

async function openFile(path: string, flags: 'wx' | 'r+', mode?: number): Promise<OpenFile> {
  const handle = await open(path, flags, mode);
  return {
    write: async (bytes, position) => (await handle.write(bytes, 0, bytes.length, position)).bytesWritten,
    truncate: (length) => handle.truncate(length),
    datasync: () => handle.datasync(),
    close: () => handle.close(),
  };
}

async function syncFolder(path: string): Promise<void> {
  // Windows has no way to open a folder for this, and orders its own metadata.
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export const diskFiles: Files = {
  open: openFile,
  read: (path) => readFile(path),
  readNow: (path) => readFileSync(path),
  list: (folder) => readdir(folder),
  makeFolder: (path, mode) => mkdir(path, { recursive: true, mode }),
  link,
  rename,
  remove: (path) => rm(path, { recursive: true, force: true }),
  syncFolder,
};
