/** A request in the middle that is not safe to send again, with no idempotency key; its cart is dropped. */
export const unkeyedJourney = `
name: unkeyed
defaults: { service: shop }
steps:
  - id: login
    request:
      method: POST
      path: /login
      json: { email: ada@example.com, password: "\${{ secrets.SHOP_PASSWORD }}" }
    outputs:
      token: { body: $.token, secret: true }
    assertions:
      - status: 200
  - id: createCart
    request: { method: POST, path: /carts, auth: { bearer: "\${{ steps.login.outputs.token }}" } }
    outputs:
      cartId: $.id
    assertions:
      - status: 201
    cleanup:
      - id: dropCart
        request: { method: DELETE, path: "/carts/\${{ steps.createCart.outputs.cartId }}" }
        assertions:
          - status: [204, 404]
  - id: addItem
    request:
      method: POST
      path: /carts/\${{ steps.createCart.outputs.cartId }}/items
      json: { sku: SKU-2, quantity: 1 }
    assertions:
      - status: 201
  - id: look
    request: { path: "/carts/\${{ steps.createCart.outputs.cartId }}" }
    assertions:
      - status: 200
`;

/** Nothing in it changes anything: every request may be sent again. */
export const readsJourney = `
name: reads
defaults: { service: shop }
steps:
  - id: list
    request: { path: /catalogue }
    assertions:
      - status: 200
  - id: kettle
    request: { path: /catalogue/SKU-1 }
    assertions:
      - status: 200
  - id: mug
    request: { path: /catalogue/SKU-2 }
    assertions:
      - status: 200
`;
