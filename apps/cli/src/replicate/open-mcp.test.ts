import assert from 'node:assert/strict'
import { test } from 'vitest'
import { startInProcess } from '../../test/in-process.ts'
import { temporaryDirectory } from '../../test/temporary-directory.ts'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

for (const [situation, address, said] of [
  ['no host → this machine only', ':0', 'url=http://127.0.0.1:'],
  ['every address → a warning', '0.0.0.0:0', 'the MCP server has no login'],
  [
    'no address → an error, and replication goes on',
    'nonsense',
    'no MCP server; replication goes on without it',
  ],
] as const) {
  test(`openMcp: ${situation}`, async () => {
    await using directory = await temporaryDirectory()
    const text = `mcp-addr: '${address}'\ndbs: [{path: app.db, replica: {path: replica}}]`
    await writeFile(join(directory.path, 'litestream.yml'), text)
    const daemon = startInProcess(['replicate', '-config', 'litestream.yml'], directory.path)
    await daemon.says(said)
    assert.equal(daemon.output.stdout.includes('no login'), address.startsWith('0.'))
    daemon.signal('SIGTERM')
    assert.equal(await daemon.exitCode, 0)
  })
}
