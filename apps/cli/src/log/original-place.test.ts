import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { originalPlace } from './original-place.ts'

test('originalPlace: a bundled file with its map → the source; without, or with a broken one → as it is', async () => {
  await using directory = await temporaryDirectory()
  const dist = join(directory.path, 'dist')
  await mkdir(dist)
  // One mapping: line 2, column 3 of the bundle is line 7, column 5 of the source.
  const map = { version: 3, sources: ['../src/a.ts'], names: [], mappings: ';EAMI', file: 'a.js' }
  await writeFile(join(dist, 'a.js.map'), JSON.stringify(map))
  await writeFile(join(dist, 'broken.js.map'), '{')
  assert.deepEqual(originalPlace({ path: join(dist, 'a.js'), line: 2, column: 3 }), {
    path: join(directory.path, 'src/a.ts'),
    line: 7,
    column: 5,
  })
  for (const name of ['broken.js', 'none.js']) {
    const place = { path: join(dist, name), line: 2, column: 3 }
    assert.deepEqual(originalPlace(place), place)
  }
})
