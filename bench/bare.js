// What an engineer would write without reqflo: undici, a loop, and the same checks.
// node bare.js JOURNEY URL [STEPS [AT ONCE]]
import { request } from 'undici';

const [journey, url, steps = '1', lanes = '1'] = process.argv.slice(2);

async function send(method, path, { headers, json } = {}) {
  const body = json === undefined ? undefined : JSON.stringify(json);
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await request(url + path, { method, body, headers: { ...headers, ...type } });
  return { status: response.statusCode, headers: response.headers, body: await response.body.json() };
}

function check(holds, what) {
  if (!holds) throw new Error(`${what} does not hold`);
}

let last = 0;

/** Each lane takes the next number. */
async function items(count) {
  while (last < count) {
    last += 1;
    const id = last;
    const { status, body } = await send('GET', `/items/${id}`);
    check(status === 200, 'status');
    check(body.id === id, '$.id');
  }
}

async function shop() {
  const login = await send('POST', '/login', { json: { email: 'ada@example.com' } });
  check(login.status === 200, 'status');
  check(login.body.user === 'ada', '$.user');
  check(typeof login.body.token === 'string', '$.token');
  const headers = { authorization: `Bearer ${login.body.token}` };

  const cart = await send('POST', '/carts', { headers });
  check(cart.status === 201, 'status');
  check(cart.headers.location.startsWith('/carts/'), 'header location');
  check(cart.body.items.length === 0, '$.items');

  const path = `/carts/${cart.body.id}`;
  const item = await send('POST', `${path}/items`, { headers, json: { sku: 'SKU-1', quantity: 2 } });
  check(item.status === 201, 'status');
  check(item.body.total > 0, '$.total');
  check(item.body.items === 1, '$.items');

  const paid = await send('POST', `${path}/checkout`, { headers, json: { reference: 'ada-1' } });
  check(paid.status === 200, 'status');
  check(paid.body.order.total === item.body.total, '$.order.total');
  check(paid.body.order.id.startsWith('order-'), '$.order.id');

  const order = await send('GET', `/orders/${paid.body.order.id}`, { headers });
  check(order.status === 200, 'status');
  check(order.body.status === 'confirmed', '$.status');
  check(order.body.items[0].sku === 'SKU-1', '$.items[0].sku');

  const dropped = await send('DELETE', path, { headers });
  check(dropped.status === 200, 'status');
  check(dropped.body.id === cart.body.id, '$.id');
  check(dropped.body.deleted === true, '$.deleted');
}

if (journey === 'shop') await shop();
else await Promise.all(Array.from({ length: Number(lanes) }, () => items(Number(steps))));
