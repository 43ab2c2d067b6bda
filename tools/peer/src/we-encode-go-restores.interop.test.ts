import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileClient } from '@ltx/client-file'
import { mergeFiles } from '@ltx/compactor'
import { nodeEnv } from '@ltx/env/node'
import { formatTxid, toTxid } from '@ltx/format'
import { describe, test } from 'vitest'
import { databaseHistory, STEP_MS, type HistoryStep } from '../test/database-history.ts'
import { queryVfs, restoreWithLitestream } from './index.ts'

interface Layout {
  readonly name: string
  /** Puts our files for this history into a replica. */
  readonly lay: (put: Put, history: readonly HistoryStep[]) => Promise<void>
  /** The TXIDs that this layout can give back one by one. */
  readonly points: (history: readonly HistoryStep[]) => readonly HistoryStep[]
}

type Put = (level: number, minTXID: bigint, maxTXID: bigint, bytes: Uint8Array) => Promise<void>

const layouts: readonly Layout[] = [
  {
    name: 'level 0 alone',
    lay: async (put, history) => {
      for (const step of history) await put(0, step.txid, step.txid, step.file)
    },
    points: (history) => history,
  },
  {
    name: 'a snapshot in the middle and level 0 after it',
    lay: async (put, history) => {
      const middle = history[3]!
      await put(9, 1n, middle.txid, middle.snapshot)
      for (const step of history.slice(4)) await put(0, step.txid, step.txid, step.file)
    },
    points: (history) => history.slice(3),
  },
  {
    name: 'level 1 compacted by us, level 0 gone',
    lay: async (put, history) => {
      await put(9, 1n, 1n, history[0]!.snapshot)
      await put(1, 1n, 3n, await merged(history.slice(0, 3)))
      await put(1, 4n, 7n, await merged(history.slice(3)))
    },
    points: (history) => [history[0]!, history[2]!, history[6]!],
  },
]

async function merged(steps: readonly HistoryStep[]): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of mergeFiles(steps.map((step) => ({ open: () => chunksOf(step.file) })))) {
    chunks.push(chunk.slice())
  }
  return new Uint8Array(Buffer.concat(chunks))
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes
}

/** Lays the replica out with the file client and hands over its folder, with room for restored files beside it. */
async function withReplica(
  layout: Layout,
  history: readonly HistoryStep[],
  use: (replica: string, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'peer-restore-'))
  try {
    const replica = path.join(folder, 'replica')
    await using client = fileClient({ path: replica, env: nodeEnv() })
    await layout.lay(async (level, minTXID, maxTXID, bytes) => {
      await client.writeFile({ level, minTXID: toTxid(minTXID), maxTXID: toTxid(maxTXID) }, () =>
        chunksOf(bytes),
      )
    }, history)
    await use(replica, folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function assertRestored(
  image: Uint8Array,
  options: Parameters<typeof restoreWithLitestream>[0],
): Promise<void> {
  const finished = await restoreWithLitestream(options)
  assert.equal(finished.code, 0, `${finished.stdout}${finished.stderr}`)
  assert.equal(Buffer.compare(await readFile(options.output), image), 0, 'the restored bytes differ')
}

for (const pageSize of [512, 4096, 65_536]) {
  const history = databaseHistory(pageSize)
  for (const layout of layouts) {
    describe(`${layout.name}, pages of ${pageSize} bytes`, () => {
      test('litestream restore: latest → the last image, byte for byte', () =>
        withReplica(layout, history, async (replica, folder) => {
          await assertRestored(history.at(-1)!.image, { replica, output: path.join(folder, 'latest.db') })
        }))

      test('litestream restore -txid: every point → the image of that commit', () =>
        withReplica(layout, history, async (replica, folder) => {
          for (const { txid, image } of layout.points(history)) {
            await assertRestored(image, {
              replica,
              output: path.join(folder, `${txid}.db`),
              txid: formatTxid(txid),
            })
          }
        }))

      test('litestream restore -timestamp: between two commits → the earlier image', () =>
        withReplica(layout, history, async (replica, folder) => {
          for (const { txid, image, timestampMs } of layout.points(history).slice(0, -1)) {
            const timestamp = new Date(timestampMs + STEP_MS / 2).toISOString()
            await assertRestored(image, { replica, output: path.join(folder, `${txid}.db`), timestamp })
          }
        }))

      test('its VFS: SQL over the replica → the rows of the last commit', () =>
        withReplica(layout, history, async (replica) => {
          const rows = await queryVfs(
            replica,
            'SELECT count(*) AS n, max(id) AS last, sum(length(payload)) AS bytes FROM t',
          )
          assert.deepEqual(rows, [{ n: 101, last: 101, bytes: 230_000 }])
        }))
    })
  }
}
