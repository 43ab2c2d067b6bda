import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { startInProcess } from './in-process.ts'
import { makeSoundReplica } from './make-replica.ts'
import { startCommand } from './process.ts'
import { temporaryDirectory } from './temporary-directory.ts'

test('restore: SIGINT, SIGTERM in the middle → exit 130, 143, and nothing is left', async () => {
  for (const [signal, exitCode] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    await using directory = await temporaryDirectory()
    await makeSoundReplica(join(directory.path, 'replica'))
    // A check that never ends, and says that it has begun.
    const checkScript = join(directory.path, 'endless.mjs')
    const started = join(directory.path, 'started')
    await writeFile(
      checkScript,
      `import { writeFileSync } from 'node:fs'
       writeFileSync(${JSON.stringify(started)}, '')
       setInterval(() => {}, 1000)`,
    )
    const words = [
      'restore',
      '-integrity-check',
      'full',
      '-o',
      'out/app.db',
      `file://${directory.path}/replica`,
    ]
    const running = startInProcess(words, directory.path, { checkScript })
    while (!existsSync(started)) await new Promise((resolve) => setTimeout(resolve, 5))
    assert.equal((await readdir(join(directory.path, 'out'))).length, 1, 'the temporary file')
    running.signal(signal)
    assert.equal(await running.exitCode, exitCode)
    assert.deepEqual(await readdir(join(directory.path, 'out')), [])
    assert.match(running.output.stdout, /interrupted; nothing was written/)
  }
})

test('restore: a real process to which one Ctrl-C comes twice at some moment → the whole file, or nothing and 130', async () => {
  await using directory = await temporaryDirectory()
  await makeSoundReplica(join(directory.path, 'replica'))
  for (let round = 0; round < 4; round++) {
    const out = join(directory.path, `out-${round}`)
    const words = [
      'restore',
      '-integrity-check',
      'full',
      '-o',
      join(out, 'app.db'),
      `file://${directory.path}/replica`,
    ]
    const running = startCommand(words, { directory: directory.path })
    if (round > 0) {
      while (!existsSync(out)) await new Promise((resolve) => setTimeout(resolve, 1))
      await new Promise((resolve) => setTimeout(resolve, round * 20))
    } else {
      await new Promise((resolve) => running.child.once('spawn', resolve))
    }
    running.child.kill('SIGINT')
    await new Promise((resolve) => setTimeout(resolve, 1))
    running.child.kill('SIGINT') // as npm, or timeout, sends on what the terminal has already sent
    const end = await running.ended
    const files = existsSync(out) ? await readdir(out) : []
    // After the end, as before our handler is there, the signal itself ends the process.
    if (end === 0 || files.length > 0) {
      assert.deepEqual(files, ['app.db'])
      assert.notEqual(end, 130)
    } else {
      assert.ok(end === 130 || end === 'SIGINT', `ended with ${end}: ${running.output.stderr}`)
      assert.deepEqual(files, [])
    }
  }
})
