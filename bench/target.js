// The server that everybody is measured against: HTTP/1.1 written by hand on node:net, so that it costs little.
// Forked by main.js: it sends its port, and answers every message with how many requests it has seen.
import { createServer } from 'node:net';

const lengthLine = /\r\ncontent-length: *(\d+)/i;
let requests = 0;

function answer(status, body, more = '') {
  const text = JSON.stringify(body);
  const head = `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\n${more}content-length: ${text.length}\r\n\r\n`;
  return head + text;
}

/** The sample workflow: what each step answers is made of its path alone. */
function route(method, path) {
  const [, collection, id, part] = path.split('/');
  if (collection === 'items') return answer('200 OK', { id: Number(id), name: `item ${id}`, price: 9.5 });
  if (collection === 'login') return answer('200 OK', { token: 't0ken-of-ada', user: 'ada' });
  if (collection === 'orders')
    return answer('200 OK', { id, status: 'confirmed', items: [{ sku: 'SKU-1' }] });
  if (method === 'DELETE') return answer('200 OK', { id, deleted: true });
  if (part === 'items') return answer('201 Created', { total: 19, items: 1 });
  if (part === 'checkout') return answer('200 OK', { order: { id: 'order-1', total: 19 } });
  return answer('201 Created', { id: 'cart-1', items: [] }, 'location: /carts/cart-1\r\n');
}

function serve(socket) {
  let unread = '';
  socket.setNoDelay(true);
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    unread += chunk.toString('latin1');
    for (;;) {
      const head = unread.indexOf('\r\n\r\n');
      if (head === -1) return;
      const length = Number(lengthLine.exec(unread.slice(0, head))?.[1] ?? 0);
      if (unread.length < head + 4 + length) return;
      const [method, path] = unread.slice(0, unread.indexOf('\r\n')).split(' ');
      unread = unread.slice(head + 4 + length);
      requests += 1;
      socket.write(route(method, path), 'latin1');
    }
  });
}

const server = createServer(serve).listen(0, '127.0.0.1', () =>
  process.send({ port: server.address().port }),
);
process.on('message', () => process.send({ requests }));
process.on('disconnect', () => process.exit(0));
