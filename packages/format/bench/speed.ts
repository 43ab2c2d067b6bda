/**
 * Encode and decode speed on pages of a real SQLite database: `node bench/speed.ts [pageSize]`. Prints the median of several
 * rounds, in MB of page bytes per second on one thread.
 */
import { DatabaseSync } from 'node:sqlite'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHeader, decodeFile, encodeFile, FileDecoder, FileEncoder, toTxid } from '../src/index.ts'

const ROUNDS = 9
const CHUNK_BYTES = 262_144
const pageSize = Number(process.argv[2] ?? 4096)
const database = makeDatabase(pageSize, 60_000)
const commit = database.length / pageSize
const header = createHeader({ pageSize, commit, minTXID: toTxid(1n), maxTXID: toTxid(1n), timestampMs: 0 })
const pages = Array.from({ length: commit }, (_, i) => ({
  pageNumber: i + 1,
  data: database.subarray(i * pageSize, (i + 1) * pageSize),
}))
const file = new Uint8Array(Buffer.concat(encoded()))
const chunks = Array.from({ length: Math.ceil(file.length / CHUNK_BYTES) }, (_, i) =>
  file.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES),
)

console.log(`${commit} pages of ${pageSize} bytes, file ratio ${(file.length / database.length).toFixed(3)}`)
await report('encode, push', () => void encoded())
await report('encode, encodeFile', async () => {
  for await (const chunk of encodeFile(header, pages)) void chunk
})
await report('decode and verify, push', decoded)
await report('decode and verify, decodeFile', () => decodeFile(streamed(), () => {}))
await report('decode and copy frames', copied)

function encoded(): Uint8Array[] {
  const encoder = new FileEncoder(header)
  const parts: Uint8Array[] = []
  for (const page of pages) {
    encoder.writePage(page.pageNumber, page.data)
    if (encoder.pendingBytes >= CHUNK_BYTES) parts.push(encoder.take())
  }
  encoder.finish()
  parts.push(encoder.take())
  return parts
}

function decoded(): void {
  const decoder = new FileDecoder()
  for (const chunk of chunks) {
    decoder.push(chunk)
    while (decoder.pull() !== null);
  }
  decoder.finishInput()
}

function copied(): void {
  const decoder = new FileDecoder()
  const encoder = new FileEncoder(header)
  for (const chunk of chunks) {
    decoder.push(chunk)
    for (let event = decoder.pull(); event !== null; event = decoder.pull()) {
      if (event.kind === 'page' && event.frame !== null) encoder.copyFrame(event.frame, event.data)
    }
    encoder.take()
  }
  encoder.finish()
  encoder.take()
}

async function* streamed(): AsyncGenerator<Uint8Array, void, undefined> {
  for (const chunk of chunks) yield chunk
}

async function report(what: string, act: () => void | Promise<void>): Promise<void> {
  const rates: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now()
    await act()
    rates.push(database.length / 1000 / (performance.now() - start))
  }
  rates.sort((a, b) => a - b)
  console.log(`${what}: ${(rates[ROUNDS >> 1] ?? 0).toFixed(0)} MB/s`)
}

function makeDatabase(bytes: number, rows: number): Uint8Array {
  const directory = mkdtempSync(join(tmpdir(), 'ltx-bench-'))
  try {
    const path = join(directory, 'bench.db')
    const sqlite = new DatabaseSync(path)
    sqlite.exec(
      `PRAGMA page_size = ${bytes}; CREATE TABLE orders(id INTEGER PRIMARY KEY, customer TEXT, note TEXT, token BLOB)`,
    )
    sqlite.exec('CREATE INDEX by_customer ON orders(customer); BEGIN')
    const insert = sqlite.prepare('INSERT INTO orders VALUES (?, ?, ?, randomblob(48))')
    for (let id = 1; id <= rows; id++) {
      const customer = `customer-${(id * 7919) % 5003}@example.com`
      insert.run(
        id,
        customer,
        `order ${id} of ${customer}: ${(id * 31) % 97} pieces, shipped on day ${id % 365}`,
      )
    }
    sqlite.exec('COMMIT')
    sqlite.close()
    return new Uint8Array(readFileSync(path))
  } finally {
    rmSync(directory, { recursive: true })
  }
}
