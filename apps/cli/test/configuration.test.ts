import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'vitest'
import { CONFIGURATION_COMMAND } from './configuration-prose.ts'
import { configurationFiles } from './configuration-files.ts'

for (const { url, text } of configurationFiles()) {
  test(`${url.pathname.split('/').slice(-2).join('/')}: as the definitions say → up to date`, () => {
    const found = existsSync(url) ? readFileSync(url, 'utf8') : ''
    assert.equal(found, text, `it is not what the definitions say; run ${CONFIGURATION_COMMAND}`)
  })
}
