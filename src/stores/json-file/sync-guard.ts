import type { Files, OpenFile } from './files.ts';
import { StoreError } from './store-error.ts';

/**
 * After a failed sync nobody knows what is on the disk, and a second sync may say that all is well when it is
 * not: it is reported once, and every later operation is refused.
 */
export function guardSyncs(files: Files, onFatal: (error: StoreError) => void): Files {
  let fatal: StoreError | undefined;

  function alive(): Files {
    if (fatal !== undefined) throw fatal;
    return files;
  }

  async function sync(path: string, work: () => Promise<void>): Promise<void> {
    alive();
    try {
      await work();
    } catch (cause) {
      // A second sync may have been under way beside the one that failed first.
      if (fatal === undefined) {
        fatal = new StoreError('sync-failed', path, 'a sync failed, so nobody knows what is on the disk', {
          fix: 'check the disk, then start the runner again',
          cause,
        });
        onFatal(fatal);
      }
      throw fatal;
    }
  }

  function guardFile(path: string, file: OpenFile): OpenFile {
    return {
      write: async (bytes, position) => alive() && file.write(bytes, position),
      truncate: async (length) => alive() && file.truncate(length),
      datasync: () => sync(path, () => file.datasync()),
      // Closing is allowed at any time: it promises nothing.
      close: () => file.close(),
    };
  }

  return {
    open: async (path, flags, mode) => guardFile(path, await alive().open(path, flags, mode)),
    read: async (path) => alive().read(path),
    readNow: (path) => alive().readNow(path),
    list: async (folder) => alive().list(folder),
    makeFolder: async (path, mode) => alive().makeFolder(path, mode),
    link: async (existing, path) => alive().link(existing, path),
    rename: async (from, to) => alive().rename(from, to),
    remove: async (path) => alive().remove(path),
    syncFolder: (path) => sync(path, () => files.syncFolder(path)),
  };
}
