import path from 'node:path'
import { installLitestreamVfs } from './install-peer.ts'
import { runProgram } from './run-program.ts'

/**
 * Asks the real Litestream's VFS: SQL over the replica in a folder, without restoring it. Runs in a process of its own,
 * because a Go runtime inside Node does not end cleanly. Gives one object per row.
 */
export async function queryVfs(replica: string, sql: string): Promise<Record<string, unknown>[]> {
  const child = path.join(import.meta.dirname, 'vfs-child.ts')
  const finished = await runProgram(process.execPath, [child, await installLitestreamVfs(), sql], {
    env: { LITESTREAM_REPLICA_URL: `file://${replica}` },
    timeoutMs: 30_000,
  })
  if (finished.code !== 0) throw new Error(`the VFS failed\n${finished.stdout}${finished.stderr}`)
  const result = finished.stdout.split('\n').find((line) => line.startsWith('[')) // the rest is its log
  if (result === undefined) throw new Error(`the VFS gave no rows\n${finished.stdout}${finished.stderr}`)
  return JSON.parse(result) as Record<string, unknown>[]
}
