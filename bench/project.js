// The same work as bare.js, written as journeys, in a project of its own in a temporary folder.
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const bearer = `auth: { bearer: "\${{ steps.login.outputs.token }}" }`;
const cart = `/carts/\${{ steps.createCart.outputs.id }}`;

const shop = `name: shop
defaults: { service: target }
steps:
  - id: login
    request: { method: POST, path: /login, json: { email: ada@example.com } }
    outputs: { token: $.token }
    assertions:
      - status: 200
      - body: { $.user: ada }
      - body: { $.token: { is: string } }
  - id: createCart
    request: { method: POST, path: /carts, ${bearer} }
    outputs: { id: $.id }
    assertions:
      - status: 201
      - header: { location: { startsWith: /carts/ } }
      - body: { $.items: { length: 0 } }
  - id: addItem
    request: { method: POST, path: "${cart}/items", ${bearer}, json: { sku: SKU-1, quantity: 2 } }
    outputs: { total: $.total }
    assertions:
      - status: 201
      - body: { $.total: { greaterThan: 0 } }
      - body: { $.items: 1 }
  - id: pay
    request: { method: POST, path: "${cart}/checkout", ${bearer}, json: { reference: ada-1 } }
    outputs: { orderId: $.order.id }
    assertions:
      - status: 200
      - body: { $.order.total: "\${{ steps.addItem.outputs.total }}" }
      - body: { $.order.id: { startsWith: order- } }
  - id: confirmed
    request: { path: "/orders/\${{ steps.pay.outputs.orderId }}", ${bearer} }
    assertions:
      - status: 200
      - body: { $.status: confirmed }
      - body: { "$.items[0].sku": SKU-1 }
  - id: dropCart
    request: { method: DELETE, path: "${cart}", ${bearer} }
    assertions:
      - status: 200
      - body: { $.id: "\${{ steps.createCart.outputs.id }}" }
      - body: { $.deleted: true }
`;

const row = `name: row
defaults: { service: target }
inputs: { id: { type: integer } }
steps:
  - id: item
    request: { path: "/items/\${{ inputs.id }}" }
    assertions:
      - status: 200
      - body: { $.id: "\${{ inputs.id }}" }
`;

function items(name, count) {
  const steps = Array.from({ length: count }, (_, at) => {
    const id = at + 1;
    return `  - id: item${id}
    request: { path: /items/${id} }
    assertions:
      - status: 200
      - body: { $.id: ${id} }
`;
  });
  return `name: ${name}\ndefaults: { service: target }\nsteps:\n${steps.join('')}`;
}

/**
 * Gives the folder.
 * @param {string} url of the target @param {number} steps of the long journey @param {number} rows of the data file
 */
export async function createProject(url, steps, rows) {
  const folder = await mkdtemp(join(tmpdir(), 'reqflo-bench-'));
  await Promise.all(['journeys', 'environments'].map((name) => mkdir(join(folder, name))));
  const files = {
    'reqflo.yaml': 'environment: local\n',
    'environments/local.yaml': `services:\n  target: { url: "${url}" }\n`,
    'journeys/one.yaml': items('one', 1),
    'journeys/shop.yaml': shop,
    'journeys/long.yaml': items('long', steps),
    'journeys/row.yaml': row,
    'rows.csv': `id\n${Array.from({ length: rows }, (_, at) => `${at + 1}\n`).join('')}`,
  };
  await Promise.all(Object.entries(files).map(([path, text]) => writeFile(join(folder, path), text)));
  return folder;
}
