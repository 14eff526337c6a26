import { basename, dirname } from 'node:path';
import type { Files, OpenFile } from '../../../src/stores/json-file/files.ts';

interface FileNode {
  readonly kind: 'file';
  bytes: Buffer;
  synced: Buffer;
}

interface FolderNode {
  readonly kind: 'folder';
  entries: Map<string, FileNode | FolderNode>;
  synced: Map<string, FileNode | FolderNode>;
}

function errno(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}

function createFolder(): FolderNode {
  return { kind: 'folder', entries: new Map(), synced: new Map() };
}

/** A disk in memory that keeps through a power cut what was synced, and nothing else. */
export class PowerCutDisk implements Files {
  readonly #root = createFolder();
  /** Operations until everything stops. */
  #left = Number.POSITIVE_INFINITY;
  operations = 0;

  /** Every operation from the one after `count` more on fails, a write after half of it. */
  stopAfter(count: number): void {
    this.#left = count;
  }

  /** The process is gone; what it wrote is there, synced or not. */
  restart(): void {
    this.#left = Number.POSITIVE_INFINITY;
  }

  /** The machine was gone: what was not synced is lost. */
  cutPower(): void {
    const forget = (folder: FolderNode): void => {
      folder.entries = new Map(folder.synced);
      for (const node of folder.entries.values()) {
        if (node.kind === 'folder') forget(node);
        else node.bytes = Buffer.from(node.synced);
      }
    };
    forget(this.#root);
    this.restart();
  }

  /** Puts bytes in the place of a file's, as if somebody else had. */
  put(path: string, bytes: Uint8Array): void {
    this.#file(path).bytes = Buffer.from(bytes);
  }

  #step(): void {
    this.operations += 1;
    this.#left -= 1;
    if (this.#left < 0) throw errno('EIO', 'the machine stopped');
  }

  #find(path: string): FileNode | FolderNode | undefined {
    let node: FileNode | FolderNode | undefined = this.#root;
    for (const part of path.split('/').filter((name) => name !== '')) {
      node = node?.kind === 'folder' ? node.entries.get(part) : undefined;
    }
    return node;
  }

  #folder(path: string): FolderNode {
    const node = this.#find(path);
    if (node?.kind !== 'folder') throw errno('ENOENT', path);
    return node;
  }

  #file(path: string): FileNode {
    const node = this.#find(path);
    if (node?.kind !== 'file') throw errno('ENOENT', path);
    return node;
  }

  async open(path: string, flags: 'wx' | 'r+'): Promise<OpenFile> {
    this.#step();
    if (flags === 'r+') return this.#opened(this.#file(path));
    const { entries } = this.#folder(dirname(path));
    if (entries.has(basename(path))) throw errno('EEXIST', path);
    const node: FileNode = { kind: 'file', bytes: Buffer.alloc(0), synced: Buffer.alloc(0) };
    entries.set(basename(path), node);
    return this.#opened(node);
  }

  #opened(node: FileNode): OpenFile {
    const put = (bytes: Uint8Array, position: number): void => {
      const end = Math.max(node.bytes.length, position + bytes.length);
      const next = Buffer.alloc(end);
      node.bytes.copy(next);
      next.set(bytes, position);
      node.bytes = next;
    };
    return {
      write: async (bytes, position) => {
        try {
          this.#step();
        } catch (error) {
          if (this.#left === -1) put(bytes.subarray(0, bytes.length >> 1), position);
          throw error;
        }
        put(bytes, position);
        return bytes.length;
      },
      truncate: async (length) => {
        this.#step();
        node.bytes = node.bytes.subarray(0, length);
      },
      datasync: async () => {
        this.#step();
        node.synced = Buffer.from(node.bytes);
      },
      close: async () => undefined,
    };
  }

  readNow(path: string): Buffer {
    return Buffer.from(this.#file(path).bytes);
  }

  async read(path: string): Promise<Buffer> {
    return this.readNow(path);
  }

  async list(folder: string): Promise<readonly string[]> {
    return [...this.#folder(folder).entries.keys()];
  }

  async makeFolder(path: string): Promise<string | undefined> {
    this.#step();
    let topmost: string | undefined;
    let at = '';
    for (const part of path.split('/').filter((name) => name !== '')) {
      const { entries } = this.#folder(at);
      at = `${at}/${part}`;
      if (entries.has(part)) continue;
      entries.set(part, createFolder());
      topmost ??= at;
    }
    return topmost;
  }

  async link(existing: string, path: string): Promise<void> {
    this.#step();
    const { entries } = this.#folder(dirname(path));
    if (entries.has(basename(path))) throw errno('EEXIST', path);
    entries.set(basename(path), this.#file(existing));
  }

  async rename(from: string, to: string): Promise<void> {
    this.#step();
    const node = this.#find(from);
    if (node === undefined) throw errno('ENOENT', from);
    this.#folder(dirname(from)).entries.delete(basename(from));
    this.#folder(dirname(to)).entries.set(basename(to), node);
  }

  async remove(path: string): Promise<void> {
    this.#step();
    this.#folder(dirname(path)).entries.delete(basename(path));
  }

  async syncFolder(path: string): Promise<void> {
    this.#step();
    const folder = this.#folder(path);
    folder.synced = new Map(folder.entries);
  }
}
