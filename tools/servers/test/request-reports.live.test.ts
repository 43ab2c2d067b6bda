import assert from 'node:assert/strict'
import {
  collectFiles,
  isClientError,
  type FileKey,
  type ReplicaClient,
  type RequestKind,
  type RequestReport,
} from '@ltx/client-core'
import { createHeader, encodeHeader, toTxid } from '@ltx/format'
import { describe, test } from 'vitest'
import { BACKENDS } from './backends.ts'
import { Scene } from './scene.ts'

const SIZE = 100_000
/** What a protocol may need of its own beside the bytes of a file: names of folders, metadata. */
const EXTRA_BYTES = 10_000
const RANGE = { start: 10_000, end: 30_000 }

const keyOf = (txid: bigint): FileKey => ({ level: 0, minTXID: toTxid(txid), maxTXID: toTxid(txid) })

function bytesOf({ minTXID, maxTXID }: FileKey): Uint8Array {
  const bytes = Uint8Array.from({ length: SIZE }, (_, index) => (index * 7) % 251)
  const times = { minTXID, maxTXID, timestampMs: 1_700_000_000_123 }
  bytes.set(encodeHeader(createHeader({ pageSize: 512, commit: 1, ...times })))
  return bytes
}

async function write(client: ReplicaClient, file: FileKey): Promise<void> {
  await client.writeFile(file, async function* () {
    yield bytesOf(file)
  })
}

async function bytesRead(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0
  for await (const chunk of chunks) bytes += chunk.length
  return bytes
}

/** Those of one kind, of which there has to be one. */
function of(kind: RequestKind, reports: readonly RequestReport[]): RequestReport[] {
  const found = reports.filter((report) => report.kind === kind)
  assert.ok(found.length > 0, `no ${kind} among ${reports.map((report) => report.kind).join(' ')}`)
  for (const { durationMs } of found) assert.ok(durationMs >= 0)
  return found
}

const sumOf = (field: 'bytesUp' | 'bytesDown', reports: readonly RequestReport[]): number =>
  reports.reduce((sum, report) => sum + report[field], 0)

// The metrics of the command are made of these reports alone, so they have to mean the same everywhere.
const REMOTE = BACKENDS.filter(({ protocol }) => protocol !== 'none')
describe.each(REMOTE.map((backend) => [backend.name, backend] as const))('reports of %s', (_, backend) => {
  test('write, list, read, a missing file, delete → reports of that kind, with the bytes, the time and how it failed', async () => {
    await using scene = await Scene.make(backend)
    const reports: RequestReport[] = []
    await using client = scene.client({ retries: 0, onRequest: (report) => void reports.push(report) })
    const file = keyOf(2n)
    await write(client, keyOf(1n)) // the first one finds out what the server can do
    const during = async (call: () => Promise<unknown>): Promise<RequestReport[]> => {
      reports.length = 0
      await call()
      return [...reports]
    }
    const written = await during(() => write(client, file))
    of('PUT', written)
    const bytesUp = sumOf('bytesUp', written)
    assert.ok(bytesUp >= SIZE && bytesUp <= SIZE + EXTRA_BYTES, `${bytesUp} bytes up`)

    const listed = await during(async () => {
      assert.equal((await collectFiles(client.listFiles(0))).length, 2)
    })
    assert.ok(sumOf('bytesUp', of('LIST', listed)) < EXTRA_BYTES)

    const whole = await during(async () => assert.equal(await bytesRead(client.readFile(file)), SIZE))
    assert.equal(sumOf('bytesDown', of('GET', whole)), SIZE)

    const { start, end } = RANGE
    const part = await during(async () => {
      assert.equal(await bytesRead(client.readFile(file, RANGE)), end - start)
    })
    const partDown = sumOf('bytesDown', of('GET', part))
    assert.ok(partDown >= end - start && partDown <= SIZE, `${partDown} bytes down`) // whole messages, with NATS

    const missing = await during(() =>
      assert.rejects(bytesRead(client.readFile(keyOf(9n))), (error) =>
        isClientError(error, 'CLIENT_NOT_FOUND'),
      ),
    )
    assert.ok(
      missing.some(({ failure }) => failure === 'CLIENT_NOT_FOUND'),
      JSON.stringify(missing),
    )

    of('DELETE', await during(() => client.deleteFiles([file])))
  })
})
