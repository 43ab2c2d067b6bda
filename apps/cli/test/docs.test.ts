import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { startInProcess } from './in-process.ts'
import { makeDatabase } from './make-replica.ts'
import { runScript } from './run-script.ts'
import { documentScript, ownCommands } from './shell-blocks.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const LIMIT = { timeout: 300_000 } // some twenty processes each; for what hangs, not for what is slow
const DOCS = new URL('../../../docs/', import.meta.url)
const documents = readdirSync(DOCS)
  .filter((name) => name.endsWith('.md'))
  .map((name) => ({ name, text: readFileSync(new URL(name, DOCS), 'utf8') }))
  .filter(({ text }) => text.includes('```'))

for (const { name, text } of documents) {
  if (documentScript(text, '').run > 0) {
    test(
      `docs/${name}: its commands, one after the other → all succeed, and print what it shows`,
      LIMIT,
      async () => {
        await using directory = await temporaryDirectory()
        await makeDatabase(join(directory.path, 'app.db'))
        await mkdir(join(directory.path, 'backup'))
        const { script, shown } = documentScript(text, directory.path)
        const { exitCode, output } = await runScript(script, directory.path)
        assert.equal(exitCode, 0, output)
        for (const part of shown)
          assert.ok(`\n${output}`.includes(`\n${part}`), `not printed:\n${part}\n${output}`)
      },
    )
  }

  test(`docs/${name}: blocks that are not run → have a reason, and verbs and flags that exist`, async () => {
    const { notRun, problems } = documentScript(text, '')
    assert.deepEqual(problems, [])
    for (const block of notRun) {
      for (const [verb = '', ...words] of ownCommands(block.text)) {
        const help = startInProcess([verb, '-h'], '/')
        assert.equal(await help.exitCode, 0, `ltx ${verb}`)
        for (const flag of words.filter((word) => word.startsWith('-'))) {
          assert.match(help.output.stdout, new RegExp(`^ {2}${flag}\\b`, 'm'), `ltx ${verb} ${flag}`)
        }
      }
    }
  })
}

test('documentScript: each kind of block → run, written, kept apart, or refused', () => {
  const fence = '```'
  const markdown = [
    `${fence}sh\nltx version\n${fence}`,
    `${fence}yaml\n# litestream.yml\ndbs: [{ path: /backup/x }]\n${fence}`,
    `${fence}sh no-run: needs a bucket\nltx restore -o a.db \\\n  -txid 1 s3://b/a\n${fence}`,
    `${fence}text output\n0.1.0\n${fence}`,
    `${fence}text\na log\n${fence}`,
    `${fence}sh later\nltx info\n${fence}`,
    `${fence}bash\nltx info\n${fence}`,
  ].join('\n\n')
  const { script, run, shown, notRun, problems } = documentScript(markdown, '/tmp/x')
  assert.equal(run, 1)
  assert.deepEqual(shown, ['0.1.0\n'])
  assert.match(script, /^ltx version$/m)
  assert.match(
    script,
    /^cat > litestream\.yml .*\n# litestream\.yml\ndbs: \[\{ path: \/tmp\/x\/backup\/x \}\]$/m,
  )
  assert.equal(notRun.length, 2)
  assert.equal(problems.length, 2)
  assert.deepEqual(ownCommands(notRun[0]?.text ?? ''), [['restore', '-o', 'a.db', '-txid', '1', 's3://b/a']])
})

test('runScript: a command that fails in the middle → the script fails and says where', async () => {
  await using directory = await temporaryDirectory()
  const { script } = documentScript('```sh\nltx nonsense\ntrue\n```\n', directory.path)
  const { exitCode, output } = await runScript(script, directory.path)
  assert.equal(exitCode, 1)
  assert.match(output, /\+ ltx nonsense/)
})
