#!/usr/bin/env node
// Old syntax and no import before the check: on a Node that is too old this has to run, and to say so.
var NEEDED = [22, 18]
var found = process.versions.node.split('.').map(Number)

if (found[0] > NEEDED[0] || (found[0] === NEEDED[0] && found[1] >= NEEDED[1])) {
  start()
} else {
  var name = /litestream(\.js)?$/.test(process.argv[1]) ? 'litestream' : 'ltx'
  console.error(
    name +
      ': needs Node ' +
      NEEDED.join('.') +
      ' or newer; this is ' +
      process.version +
      ' (' +
      process.execPath +
      ')',
  )
  process.exitCode = 1
}

// A checkout has tsconfig.json and runs from source, never from an old build; a published package has neither and runs from dist.
function start() {
  var isCheckout = process
    .getBuiltinModule('node:fs')
    .existsSync(new URL('../tsconfig.json', import.meta.url))
  void (isCheckout ? import('../src/main.ts') : import('../dist/main.js'))
}
