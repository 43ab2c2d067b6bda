import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { test } from 'vitest'
import { nodeHttp } from './node-http.ts'

test('nodeHttp: → the module itself', () => assert.equal(nodeHttp.createServer, createServer))

test('nodeHttp: loaded → no web client is loaded with it, as an import statement does', () => {
  const path = fileURLToPath(new URL('node-http.ts', import.meta.url))
  const script = `await import(${JSON.stringify(path)}); console.log(process.moduleLoadList.join())`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  assert.match(stdout, /NativeModule http(?=,|$)/m)
  assert.doesNotMatch(stdout, /undici/)
})

test('nodeHttp: sources of the command → none imports node:http but for its types', () => {
  const source = new URL('../', import.meta.url)
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /(?<!\.test)\.ts$/.test(name),
  )
  assert.ok(files.length > 100)
  const importing = files.filter((name) =>
    /^import (?!type ).*'node:https?'/m.test(readFileSync(new URL(name, source), 'utf8')),
  )
  assert.deepEqual(importing, [])
})
