/**
 * How fast a big snapshot is restored from the file backend, beside what `dd conv=fsync` writes to the same disk.
 *
 *     node packages/restore/bench/restore-speed.ts [MiB, 256] [rounds, 3] [directory, the system's temporary one]
 *
 * Prints one JSON line per round and the medians. Removes what it made.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ReplicaClient } from '@ltx/client-core'
import type { Env } from '@ltx/env'
import { nodeEnv } from '@ltx/env/node'
import { createHeader, encodeFile, type PageInput, toTxid } from '@ltx/format'
import { restore } from '../src/index.ts'

// By URL, as long as @ltx/client-file is no dependency of this package's development.
const { fileClient } = (await import(new URL('../../client-file/src/index.ts', import.meta.url).href)) as {
  fileClient: (options: { path: string; env: Env }) => ReplicaClient
}

const PAGE_SIZE = 4096
const MIB = 1024 * 1024
const megabytes = Number(process.argv[2] ?? 256)
const rounds = Number(process.argv[3] ?? 3)
const directory = mkdtempSync(join(process.argv[4] ?? tmpdir(), 'ltx-bench-'))

/** Pages that LZ4 shrinks to about 60 %, as those of real databases: runs of noise between runs of one byte. */
function* pages(count: number): Generator<PageInput, void, undefined> {
  const data = new Uint8Array(PAGE_SIZE)
  let state = 12_345
  for (let pageNumber = 1; pageNumber <= count; pageNumber++) {
    for (let at = 0; at < PAGE_SIZE; at++) {
      if ((at & 127) < 72) state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
      data[at] = state >>> 24
    }
    yield { pageNumber, data }
  }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

function rate(bytes: number, startedMs: number): number {
  return bytes / 1e6 / ((performance.now() - startedMs) / 1000)
}

try {
  const env = nodeEnv()
  const client = fileClient({ path: join(directory, 'replica'), env })
  const commit = (megabytes * MIB) / PAGE_SIZE
  const txid = toTxid(1n)
  const header = createHeader({
    pageSize: PAGE_SIZE,
    commit,
    minTXID: txid,
    maxTXID: txid,
    timestampMs: Date.now(),
  })
  const key = { level: 9, minTXID: txid, maxTXID: txid }
  const stored = await client.writeFile(key, () => encodeFile(header, pages(commit)))
  const bytes = commit * PAGE_SIZE
  const results: { restoreMBs: number; ddMBs: number; rssMax: number }[] = []
  for (let round = 0; round < rounds; round++) {
    const target = join(directory, 'dd.bin')
    execFileSync('sync')
    let startedMs = performance.now()
    execFileSync('dd', ['if=/dev/zero', `of=${target}`, 'bs=1M', `count=${megabytes}`, 'conv=fsync'], {
      stdio: 'ignore',
    })
    const ddMBs = rate(bytes, startedMs)
    rmSync(target)
    execFileSync('sync')
    const outputPath = join(directory, 'out.db')
    let rssMax = 0
    const onProgress = (): void => void (rssMax = Math.max(rssMax, process.memoryUsage.rss() / MIB))
    startedMs = performance.now()
    await restore({ client, env, outputPath, onProgress })
    const restoreMBs = rate(bytes, startedMs)
    if (statSync(outputPath).size !== bytes) throw new Error('the restored file has another size')
    rmSync(outputPath)
    results.push({ restoreMBs, ddMBs, rssMax })
    console.log(JSON.stringify({ round, megabytes, storedBytes: stored.size, restoreMBs, ddMBs, rssMax }))
  }
  const restoreMBs = median(results.map((result) => result.restoreMBs))
  const ddMBs = median(results.map((result) => result.ddMBs))
  console.log(JSON.stringify({ median: { restoreMBs, ddMBs, ratio: restoreMBs / ddMBs } }))
} finally {
  rmSync(directory, { recursive: true, force: true })
}
