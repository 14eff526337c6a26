// undici's main entry loads fetch, caches and mocks as well: twice the start-up of these three files.

declare module 'undici/lib/dispatcher/client.js' {
  import { Client } from 'undici';
  export = Client;
}

declare module 'undici/lib/core/connect.js' {
  import type { Socket } from 'node:net';
  import type { buildConnector } from 'undici';

  function createConnector(
    options: buildConnector.BuildOptions,
  ): (options: buildConnector.Options, callback: buildConnector.Callback) => Socket;
  export = createConnector;
}

declare module 'undici/lib/core/symbols.js' {
  const symbols: {
    /** On a socket: its parser, `{ ptr, llhttp }`. */
    readonly kParser: symbol;
  };
  export = symbols;
}
