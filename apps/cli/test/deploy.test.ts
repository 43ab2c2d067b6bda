import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { startInProcess } from './in-process.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const FOLDER = fileURLToPath(new URL('../../../examples/deploy', import.meta.url))
const ENVIRONMENT = { REPLICA_BUCKET: 'backups', BUCKET_NAME: 'backups' }
const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })

/** The configuration files among the examples, also the one inside a ConfigMap. */
function configurations(): [name: string, text: string][] {
  return files.flatMap((name): [string, string][] => {
    const text = (): string => readFileSync(join(FOLDER, name), 'utf8')
    if (name.endsWith('litestream.yml')) return [[name, text()]]
    if (!name.startsWith('kubernetes')) return []
    if (!name.endsWith('.yaml')) return []
    return parseAllDocuments(text()).flatMap((document): [string, string][] => {
      assert.deepEqual(document.errors, [])
      const inside: unknown = document.getIn(['data', 'litestream.yml'])
      return typeof inside === 'string' ? [[name, inside]] : []
    })
  })
}

test('examples/deploy: four kinds of places → each with a configuration', () => {
  assert.deepEqual(
    configurations().map(([name]) => name.split('/')[0]),
    ['docker', 'fly', 'kubernetes', 'systemd'],
  )
})

for (const [name, text] of configurations()) {
  test(`examples/deploy/${name}: read as a configuration → its database, and no warning`, async () => {
    await using directory = await temporaryDirectory()
    await mkdir(join(directory.path, 'etc'))
    await writeFile(join(directory.path, 'etc/litestream.yml'), text)
    const words = ['databases', '-config', 'etc/litestream.yml']
    const running = startInProcess(words, directory.path, { environment: ENVIRONMENT })
    assert.equal(await running.exitCode, 0, running.output.stderr)
    assert.match(running.output.stdout, /app\.db +s3/)
    assert.equal(running.output.stderr, '')
  })
}

/** `ltx VERB -flag …` as each kind of file writes it. */
const COMMAND = /\bltx["']?,? +["']?(replicate|restore)\b([^\n#]*)/g

for (const name of files.filter((file) => /Dockerfile|compose|\.service|app\.yaml/.test(file))) {
  test(`examples/deploy/${name}: its commands → verbs and flags that exist`, async () => {
    const commands = [...readFileSync(join(FOLDER, name), 'utf8').matchAll(COMMAND)]
    assert.ok(commands.length > 0)
    for (const [, verb = '', rest = ''] of commands) {
      const help = startInProcess([verb, '-h'], '/')
      assert.equal(await help.exitCode, 0)
      for (const [flag] of rest.matchAll(/(?<=[\s"'])-[a-z-]+/g)) {
        assert.match(help.output.stdout, new RegExp(`^ {2}${flag}\\b`, 'm'), `ltx ${verb} ${flag}`)
      }
    }
  })
}
