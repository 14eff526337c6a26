import { diskFiles, type Files, type OpenFile } from '../../../src/stores/json-file/files.ts';

/** The real disk with faults; each is off until it is set. Only files whose path ends in `on` are touched. */
export class FaultFiles implements Files {
  on = 'journal.jsonl';
  /** Bytes that still go in; behind them ENOSPC, and of the write that meets it the first part. */
  room = Number.POSITIVE_INFINITY;
  /** A write that puts in fewer bytes than given, and says so. */
  shortWrite = false;
  truncateFails = false;
  syncFails = false;
  /** Holds every write until it resolves. */
  gate: Promise<void> = Promise.resolve();
  readonly calls: string[] = [];

  readonly read = diskFiles.read;
  readonly readNow = diskFiles.readNow;
  readonly list = diskFiles.list;
  readonly makeFolder = diskFiles.makeFolder;
  readonly link = diskFiles.link;
  readonly rename = diskFiles.rename;
  readonly remove = diskFiles.remove;
  readonly syncFolder = diskFiles.syncFolder;

  async open(path: string, flags: 'wx' | 'r+', mode?: number): Promise<OpenFile> {
    const file = await diskFiles.open(path, flags, mode);
    if (!path.endsWith(this.on)) return file;
    return {
      write: (bytes, position) => this.#write(file, bytes, position),
      truncate: async (length) => {
        this.calls.push('truncate');
        if (this.truncateFails) throw Object.assign(new Error('EIO: truncate'), { code: 'EIO' });
        await file.truncate(length);
      },
      datasync: async () => {
        this.calls.push('datasync');
        if (this.syncFails) throw Object.assign(new Error('EIO: fdatasync'), { code: 'EIO' });
        await file.datasync();
      },
      close: async () => {
        this.calls.push('close');
        await file.close();
      },
    };
  }

  async #write(file: OpenFile, bytes: Uint8Array, position: number): Promise<number> {
    this.calls.push('write');
    await this.gate;
    if (this.shortWrite) return file.write(bytes.subarray(0, 5), position);
    if (bytes.length <= this.room) {
      this.room -= bytes.length;
      return file.write(bytes, position);
    }
    if (this.room > 0) await file.write(bytes.subarray(0, this.room), position);
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  }
}
