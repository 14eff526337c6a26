import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { selfSigned } from './self-signed.ts';

/** An HTTP proxy: forwards requests in absolute form, and opens tunnels. */
export interface ProxyServer {
  readonly place: string;
  readonly url: string;
  /** Requests as they came: `CONNECT 127.0.0.1:443`, `GET http://127.0.0.1/`, with their headers. */
  readonly seen: readonly { readonly line: string; readonly headers: IncomingMessage['headers'] }[];
  close(): Promise<void>;
}

export interface ProxyOptions {
  readonly secure?: boolean;
  /** Whoever sends another Proxy-Authorization is answered 407. */
  readonly authorization?: string;
  /** Closes the connection in place of an answer to CONNECT. */
  readonly hangsUp?: boolean;
}

export async function openProxyServer(options: ProxyOptions = {}): Promise<ProxyServer> {
  const seen: { line: string; headers: IncomingMessage['headers'] }[] = [];
  const sockets = new Set<Socket>();
  const server = options.secure ? createSecureServer(selfSigned) : createServer();
  const note = (message: IncomingMessage) => {
    seen.push({ line: `${message.method} ${message.url}`, headers: message.headers });
    return (
      options.authorization === undefined || message.headers['proxy-authorization'] === options.authorization
    );
  };
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('request', (message, response) => {
    if (!note(message)) return response.writeHead(407).end();
    const { 'proxy-authorization': _, ...headers } = message.headers;
    const onward = request(message.url ?? '', { method: message.method ?? 'GET', headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, { ...answer.headers, via: '1.1 test' });
      answer.pipe(response);
    });
    return message.pipe(onward);
  });
  server.on('connect', (message: IncomingMessage, socket: Socket) => {
    if (!note(message)) return socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    if (options.hangsUp) return socket.destroy();
    const [host = '', port = ''] = (message.url ?? '').split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    onward.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
    socket.on('error', () => onward.destroy());
    return onward;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    place: `127.0.0.1:${port}`,
    url: `${options.secure ? 'https' : 'http'}://127.0.0.1:${port}`,
    seen,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
