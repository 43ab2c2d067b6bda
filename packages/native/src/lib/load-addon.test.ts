import assert from 'node:assert/strict'
import { test } from 'vitest'
import { loadAddon, type Loader } from './load-addon.ts'

/** A machine on which these files load, and these packages are installed. */
function machine(files: readonly string[], packages: Readonly<Record<string, string>>): Loader {
  return {
    load: (name) => {
      if (files.includes(name)) return { loadedFrom: name }
      throw new Error(`cannot open ${name}\nand more`)
    },
    resolve: (name) => {
      const found = { '@ltx/native/package.json': '/n/package.json', ...packages }[name]
      if (found === undefined) throw new Error(`no ${name}`)
      return found
    },
  }
}

const PREBUILT = { '@ltx/native-a': '/p/a.node', '@ltx/native-b': '/p/b.node' }

test('loadAddon: built here, and a prebuilt package → the one built here', () => {
  const found = loadAddon(['a'], machine(['/n/ltx-native.a.node', '/p/a.node'], PREBUILT))
  assert.deepEqual(found, { addon: { loadedFrom: '/n/ltx-native.a.node' }, file: '/n/ltx-native.a.node' })
})

test('loadAddon: only a prebuilt package → its file', () => {
  assert.equal(loadAddon(['a'], machine(['/p/a.node'], PREBUILT)).addon !== undefined, true)
})

test('loadAddon: the first name is installed and does not load (another C library) → the second', () => {
  const found = loadAddon(['a', 'b'], machine(['/p/b.node'], PREBUILT))
  assert.ok(found.addon !== undefined)
  assert.equal(found.file, '/p/b.node')
})

test('loadAddon: nothing there → why, one line per place', () => {
  assert.deepEqual(loadAddon(['a'], machine([], {})), {
    addon: undefined,
    because: 'no build of @ltx/native loads here: cannot open /n/ltx-native.a.node; no @ltx/native-a',
  })
})
