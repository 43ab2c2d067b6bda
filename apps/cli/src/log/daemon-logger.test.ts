import assert from 'node:assert/strict'
import { mkdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { testIo } from '../../test/test-io.ts'
import { daemonLogger } from './daemon-logger.ts'

const settings = { level: 'debug', type: 'text', toStderr: false } as const

test('daemonLogger: a file → lines go there alone; SIGHUP after a rotation → into the new one', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'ltx.log')
  const { io, output, hangUp } = testIo()
  const logger = daemonLogger(io, settings, path)
  logger.log('info', 'before')
  await rename(path, `${path}.1`)
  hangUp()
  logger.log('info', 'after')
  assert.match(await readFile(`${path}.1`, 'utf8'), /^time=\S+ level=INFO msg=before\n$/)
  assert.match(await readFile(path, 'utf8'), /SIGHUP.*\n.*msg=after\n$/)
  assert.equal(output.stdout + output.stderr, '')
})

test('daemonLogger: no file → SIGHUP ends nothing and says so', () => {
  const { io, output, hangUp } = testIo()
  daemonLogger(io, settings, null).log('info', 'here')
  hangUp()
  assert.match(output.stdout, /msg=here\n.*level=DEBUG msg="SIGHUP: there is no log file/)
})

test('daemonLogger: a file that cannot be opened → an error at once; one that cannot be opened anew → logged in the old one', async () => {
  await using directory = await temporaryDirectory()
  const { io, hangUp } = testIo()
  assert.throws(
    () => daemonLogger(io, settings, join(directory.path, 'missing', 'ltx.log')),
    /cannot open the log file/,
  )
  const folder = join(directory.path, 'logs')
  await mkdir(folder)
  daemonLogger(io, settings, join(folder, 'ltx.log'))
  await rename(folder, `${folder}-moved`)
  hangUp()
  assert.match(await readFile(join(`${folder}-moved`, 'ltx.log'), 'utf8'), /level=ERROR .*ENOENT/)
})
