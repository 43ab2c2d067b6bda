import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import path from 'node:path'
import { test } from 'vitest'
import { Application } from '../test/application.ts'
import { startProgram } from '../test/start-program.ts'
import { Workspace } from '../test/workspace.ts'
import { installLitestream } from './index.ts'

const OUR_COMMAND = path.join(import.meta.dirname, '../../../apps/cli/bin/ltx.js')
const WAIT_MS_MAX = 60_000

/** One metric as a scrape shows it. */
interface Metric {
  readonly kind: string
  /** `key,key` of each kind of sample, and what the label `db` holds. */
  readonly labels: ReadonlySet<string>
}

/** `litestream_*` and what every Prometheus client of Go has; not the Go runtime itself, which we have not. */
const COMPARED = /^(?:litestream|promhttp|process)_/
/** Of the process, what Node's client does not tell, and no panel shows. */
const PROCESS_MISSING: ReadonlySet<string> = new Set([
  'process_virtual_memory_max_bytes',
  'process_network_receive_bytes_total',
  'process_network_transmit_bytes_total',
])

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  assert.ok(typeof address === 'object' && address !== null)
  return address.port
}

function parse(text: string): ReadonlyMap<string, Metric> {
  const metrics = new Map<string, Metric & { readonly labels: Set<string> }>()
  for (const [, name = '', kind = ''] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    metrics.set(name, { kind, labels: new Set() })
  }
  for (const [, sample = '', pairs = ''] of text.matchAll(/^([a-z_][a-z0-9_]*)(?:\{(.*)\})? \S+$/gm)) {
    const name = metrics.has(sample) ? sample : sample.replace(/_(?:bucket|sum|count)$/, '')
    const keys = [...pairs.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) =>
      ['db', 'mode', 'status'].includes(key) ? `${key}=${value}` : key,
    )
    metrics.get(name)?.labels.add(keys.toSorted().join(','))
  }
  return metrics
}

/** Runs a replicator until its metrics tell of a checkpoint and of level 0 retention. */
async function scrapeOf(words: readonly string[]): Promise<{ text: string; database: string }> {
  await using workspace = await Workspace.make()
  await using application = await Application.start({ path: workspace.database, pageSize: 4096 })
  await application.write(20)
  const address = `127.0.0.1:${await freePort()}`
  const config = await workspace.configure(
    `addr: ${address}\nlevels: [{interval: 1s}]\nl0-retention: 1s\nl0-retention-check-interval: 1s`,
  )
  await using program = startProgram([...words, 'replicate', '-config', config])
  const endMs = Date.now() + WAIT_MS_MAX
  for (;;) {
    await application.write(40)
    const response = await fetch(`http://${address}/metrics`).catch(() => null)
    const text = (await response?.text()) ?? ''
    const hasAll = [/^litestream_checkpoint_count\{/m, /^litestream_l0_retention_files_total\{/m].every(
      (each) => each.test(text),
    )
    if (hasAll) return { text, database: workspace.database }
    if (Date.now() > endMs)
      assert.fail(`no checkpoint or no retention: ${text}\n${(await program.stop()).output}`)
  }
}

test('litestream and ltx: /metrics of the same work → every metric that Litestream shows, with its kind and labels', async () => {
  const theirs = await scrapeOf([await installLitestream()])
  const ours = await scrapeOf([process.execPath, OUR_COMMAND])
  const mine = parse(ours.text.replaceAll(ours.database, '/app.db'))
  let compared = 0
  for (const [name, { kind, labels }] of parse(theirs.text.replaceAll(theirs.database, '/app.db'))) {
    if (!COMPARED.test(name) || PROCESS_MISSING.has(name)) continue
    const own = mine.get(name)
    assert.equal(own?.kind, kind, name)
    for (const label of labels)
      assert.ok(own?.labels.has(label), `${name}{${label}}: ${[...(own?.labels ?? [])].join('; ')}`)
    compared++
  }
  assert.ok(compared >= 15, `${compared} metrics compared`)
})
