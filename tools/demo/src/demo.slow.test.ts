import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { test } from 'vitest'

test('demo: run as README says → every page is equal, and it says so', () => {
  const finished = spawnSync(process.execPath, [path.join(import.meta.dirname, 'main.ts'), '--clean'], {
    encoding: 'utf8',
  })
  assert.equal(finished.status, 0, `${finished.stdout}${finished.stderr}`)
  assert.match(finished.stdout, /all \d+ pages are equal/)
})
