import {
  collectFiles,
  compareStored,
  equalBytes,
  isClientError,
  type CallOptions,
  type FileInfo,
  type FileKey,
  type ReplicaClient,
} from '@ltx/client-core'
import type { Env } from '@ltx/env'
import { toTxid } from '@ltx/format'
import { probeFile, type ProbeFile } from './probe-file.ts'

/** What the checks work with. */
export interface ProbeBench {
  /** A place of their own, empty, which is removed afterwards. */
  readonly client: ReplicaClient
  /** The replica that was named; only looked at. */
  readonly replica: ReplicaClient
  readonly env: Env
  /** A file of so many bytes goes up in several parts. */
  readonly largeBytes: number
  /** Takes away the empty folders that the checks leave, where the client does not. */
  readonly removeFolders?: (() => Promise<void>) | undefined
  readonly signal: AbortSignal
}

export interface Probe {
  readonly check: string
  readonly needed: boolean
  /** What it means for a replica when the answer is no, or when the check fails. */
  readonly means: string
  /** What was found. `no: …` when something is lacking; throws when it fails. */
  run(bench: ProbeBench): Promise<string>
}

/** The beginning of an answer that something is lacking. */
export const LACKING = 'no: '

/** A moment with milliseconds, long ago, so that it cannot be the time of writing. */
const PROBE_MS = Date.parse('2023-04-05T06:07:08.123Z')
const EARLIER_MS = PROBE_MS - 3_600_000
const SMALL_BYTES = 1
const RANGE = { start: 40, end: 300 }
const SKEW_MS_MAX = 60_000
const RANGES = 4

/** In the order they run in: each may rely on those before it. */
export const PROBES: readonly Probe[] = [
  {
    check: 'connect',
    needed: true,
    means: 'nothing can be stored or restored',
    async run({ client, signal }) {
      await client.init({ signal })
      await client.serverTimeMs?.({ signal }) // some clients have nothing to ask before the first file
      return client.type
    },
  },
  {
    check: 'list the replica',
    needed: true,
    means: 'a replica cannot be restored or continued without being listed',
    async run({ replica, signal }) {
      await replica.init({ signal }) // some paths are of no use: a file, say, or one that the storage does not take
      const levels: number[] = []
      for (let level = 0; level <= 9; level++) {
        const files = replica.listFiles(level, { signal })[Symbol.asyncIterator]()
        const first = await files.next()
        await files.return?.()
        if (first.done !== true) levels.push(level)
      }
      return levels.length === 0 ? 'no files yet' : `files at levels ${levels.join(', ')}`
    },
  },
  {
    check: 'write',
    needed: true,
    means: 'nothing can be replicated',
    async run({ client, signal }) {
      const file = fileOf(1)
      const info = await write(client, file, { signal }, EARLIER_MS)
      expect(
        info.size === file.bytes.length,
        `it says ${info.size} bytes were stored, of ${file.bytes.length}`,
      )
      return `${info.size} bytes`
    },
  },
  {
    check: 'list after write',
    needed: true,
    means: 'a restore right after a sync may miss transactions',
    async run({ client, signal }) {
      const files = await collectFiles(client.listFiles(0, { signal }))
      expect(files.length === 1 && files[0]?.minTXID === 1n, `${files.length} files are listed, of 1`)
      return 'at once'
    },
  },
  {
    check: 'read',
    needed: true,
    means: 'nothing can be restored',
    async run({ client, signal }) {
      const file = fileOf(1)
      const stored = await compareStored(client, file.key, sourceOf(file), { signal })
      expect(stored === 'same', `what is read is ${stored}`)
      return 'the same bytes'
    },
  },
  {
    check: 'read a range',
    needed: true,
    means: 'large files cannot be fetched in parts, nor a broken transfer be continued',
    async run({ client, signal }) {
      const file = fileOf(1)
      const part = await readAll(client, file.key, { ...RANGE, signal })
      expect(equalBytes(part, file.bytes.subarray(RANGE.start, RANGE.end)), 'other bytes than were asked for')
      const past = await readAll(client, file.key, { start: file.bytes.length, signal })
      expect(past.length === 0, 'there are bytes after the end')
      return `bytes ${RANGE.start} to ${RANGE.end}`
    },
  },
  {
    check: 'timestamps',
    needed: true,
    means: 'a restore to a moment would choose wrong files',
    async run({ client, signal }) {
      const [exact] = await collectFiles(client.listFiles(0, { exactTimestamps: true, signal }))
      expect(exact?.createdAtMs === PROBE_MS, `the file's time is listed as ${textOf(exact)}`)
      const free = client.abilities.listsExactTimestamps
      return free ? 'to the millisecond, with every listing' : 'to the millisecond, for a request per file'
    },
  },
  {
    check: 'earliest time of a file',
    needed: false,
    means: 'tools cannot show which span of time a compacted file covers',
    async run({ client, signal }) {
      const [info] = await collectFiles(client.listFiles(0, { exactTimestamps: true, signal }))
      return info?.earliestAtMs === EARLIER_MS ? 'kept' : `${LACKING}not kept`
    },
  },
  {
    check: 'create-only',
    needed: false,
    means: 'two writers on one path are noticed late; never let two replicate to it',
    async run({ client, signal }) {
      const other = fileOf(1, 7)
      try {
        await write(client, other, { signal })
      } catch (error) {
        if (!isClientError(error, 'CLIENT_EXISTS')) throw error
        return client.abilities.createOnly
          ? 'a second writer is refused'
          : 'noticed by looking before a write'
      }
      await write(client, fileOf(1), { signal }, EARLIER_MS).catch(() => {}) // as the next checks expect it
      return `${LACKING}a second writer replaces the first one's file`
    },
  },
  {
    check: 'the same write again',
    needed: true,
    means: 'an upload whose reply was lost is never recognised as done',
    async run({ client, signal }) {
      await write(client, fileOf(1), { signal }, EARLIER_MS)
      return 'taken for done'
    },
  },
  {
    check: 'list from a file on',
    needed: true,
    means: 'listings would begin anywhere',
    async run({ client, signal }) {
      await write(client, fileOf(2), { signal })
      const files = await collectFiles(client.listFiles(0, { from: toTxid(2n), signal }))
      expect(files.length === 1 && files[0]?.minTXID === 2n, `${files.length} files are listed, of 1`)
      return client.abilities.listingSeek ? 'the storage skips' : 'the whole level is read'
    },
  },
  {
    check: 'a large file',
    needed: true,
    means: 'snapshots cannot be stored',
    async run({ client, env, largeBytes, signal }) {
      const file = probeFile(toTxid(3n), largeBytes, PROBE_MS, env.random)
      await write(client, file, { signal })
      const size = file.bytes.length
      const cuts = Array.from({ length: RANGES + 1 }, (_, index) => Math.floor((size * index) / RANGES))
      const parts = await Promise.all(
        cuts
          .slice(1)
          .map((end, index) => readAll(client, file.key, { start: cuts[index] ?? 0, end, signal })),
      )
      expect(equalBytes(Buffer.concat(parts), file.bytes), 'what is read is not what was written')
      return `${(size / 1024 / 1024).toFixed(1)} MiB up, down in ${RANGES} ranges at once`
    },
  },
  {
    check: 'delete',
    needed: true,
    means: 'retention cannot remove anything: the replica grows for ever',
    async run({ client, signal }) {
      const keys = [1, 2, 3].map((txid) => fileOf(txid).key)
      await client.deleteFiles(keys, { signal })
      await client.deleteFiles(keys, { signal }) // what is missing is fine
      return '3 files'
    },
  },
  {
    check: 'list after delete',
    needed: true,
    means: 'restores would plan with files that are gone',
    async run({ client, signal }) {
      const files = await collectFiles(client.listFiles(0, { signal }))
      expect(files.length === 0, `${files.length} files are still listed`)
      return 'at once'
    },
  },
  {
    check: 'a missing file',
    needed: true,
    means: 'what is missing and what is refused cannot be told apart',
    async run({ client, signal }) {
      try {
        await readAll(client, fileOf(1).key, { signal })
      } catch (error) {
        if (isClientError(error, 'CLIENT_NOT_FOUND')) return 'is told as such'
        throw error
      }
      throw new Error('reading it succeeds')
    },
  },
  {
    check: 'clock',
    needed: false,
    means: 'set the clock of this machine (NTP): signed requests fail when it is 15 minutes wrong',
    async run({ client, env, signal }) {
      const serverMs = (await client.serverTimeMs?.({ signal })) ?? null
      if (serverMs === null) return 'the storage does not tell its time'
      const skewMs = serverMs - env.clock.wallMs()
      const text = `${Math.abs(skewMs / 1000).toFixed(1)} s ${skewMs < 0 ? 'behind' : 'ahead of'} this machine`
      return Math.abs(skewMs) <= SKEW_MS_MAX ? text : `${LACKING}${text}`
    },
  },
]

/** Always the same bytes for the same numbers, so that no check has to hand anything to another one. */
function fileOf(txid: number, variant = 0): ProbeFile {
  const byte = (txid * 16 + variant).toString(16).padStart(2, '0')
  return probeFile(toTxid(BigInt(txid)), SMALL_BYTES, PROBE_MS, { hex: (bytes) => byte.repeat(bytes) })
}

function sourceOf(file: ProbeFile): () => AsyncGenerator<Uint8Array, void, undefined> {
  return async function* () {
    yield file.bytes
  }
}

async function write(
  client: ReplicaClient,
  file: ProbeFile,
  options: CallOptions,
  earliestAtMs?: number,
): Promise<FileInfo> {
  return await client.writeFile(file.key, sourceOf(file), { ...options, earliestAtMs })
}

async function readAll(
  client: ReplicaClient,
  key: FileKey,
  options: CallOptions & { readonly start?: number; readonly end?: number },
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of client.readFile(key, options)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function expect(condition: boolean, otherwise: string): void {
  if (!condition) throw new Error(otherwise)
}

function textOf(info: FileInfo | undefined): string {
  return info === undefined ? 'nothing' : new Date(info.createdAtMs).toISOString()
}
