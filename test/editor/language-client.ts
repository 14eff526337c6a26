import { spawn } from 'node:child_process';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
}

/** Line and character, from 0. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Found {
  readonly message: string;
  readonly range: { readonly start: Position; readonly end: Position };
}

/** An editor's side of the Language Server Protocol (3.17), as far as it is needed here. */
export interface LanguageClient {
  request(method: string, params: unknown): Promise<unknown>;
  notify(method: string, params: unknown): void;
  /** What the server says of a document once it has looked at it. */
  diagnosticsOf(uri: string): Promise<readonly Found[]>;
  close(): Promise<void>;
}

const head = /^Content-Length: (\d+)\r\n(?:[^\r\n]+\r\n)*\r\n/i;

/** The messages of a stream of bytes, each behind its head. */
function createReader(take: (message: Message) => void): (bytes: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    for (;;) {
      const found = head.exec(rest.toString('latin1'));
      if (found === null) return;
      const end = found[0].length + Number(found[1]);
      if (rest.length < end) return;
      take(JSON.parse(rest.subarray(found[0].length, end).toString()) as Message);
      rest = rest.subarray(end);
    }
  };
}

/** Starts a language server that speaks over its standard streams. */
export function startLanguageServer(command: string, args: readonly string[]): LanguageClient {
  const server = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = new Map<number, (message: Message) => void>();
  const published = new Map<string, (found: readonly Found[]) => void>();
  let lastId = 0;

  const send = (message: object): void => {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message });
    server.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  };

  const take = (message: Message): void => {
    const { id, method, params } = message;
    if (method === 'textDocument/publishDiagnostics') {
      const { uri, diagnostics } = params as { uri: string; diagnostics: readonly Found[] };
      published.get(uri)?.(diagnostics);
    } else if (method !== undefined && id !== undefined) {
      // The server asks for settings, or whether something may be registered: there is nothing to say.
      send({ id, result: method === 'workspace/configuration' ? [] : null });
    } else if (id !== undefined) answers.get(id)?.(message);
  };
  server.stdout.on('data', createReader(take));

  const request = (method: string, params: unknown): Promise<unknown> => {
    lastId += 1;
    const id = lastId;
    return new Promise((resolve, reject) => {
      answers.set(id, ({ result, error }) => {
        answers.delete(id);
        if (error === undefined) resolve(result);
        else reject(new Error(`${method}: ${JSON.stringify(error)}`));
      });
      send({ id, method, params });
    });
  };
  return {
    request,
    notify: (method, params) => send({ method, params }),
    diagnosticsOf: (uri) => new Promise((resolve) => published.set(uri, resolve)),
    async close() {
      const closed = new Promise((resolve) => server.once('close', resolve));
      await request('shutdown', null);
      send({ method: 'exit' });
      await closed;
    },
  };
}
