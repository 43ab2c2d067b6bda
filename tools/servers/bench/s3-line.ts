// Started by tools/bench under `servers run s3`: `node s3-line.ts LATENCY_MS BYTES_PER_SECOND`. Prints one line of JSON: how the
// server is reached directly, through one of four ports that count requests, and through one with so much latency in each
// direction and such a rate of each connection. `counts` on its input makes it print the counts of each as a line, and begin
// anew. Ends with its input.
import { createInterface } from 'node:readline'
import { s3Operation, serverSettings, startFaultProxy, startHttpFront, type HttpFront } from '../src/index.ts'

const [latencyMs = 0, bytesPerSecond = 0] = process.argv.slice(2).map(Number)
const server = serverSettings('LTX_SERVER_S3')
const targetPort = Number(new URL(String(server['endpoint'])).port)
const slow = await startFaultProxy({ targetPort })
slow.set({ latencyMs, bytesPerSecond })
const open = (): Promise<HttpFront> => startHttpFront({ targetPort, nameOf: s3Operation })
const doors = [await open(), await open(), await open(), await open()]
say({ ...server, directPort: targetPort, slowPort: slow.port, countedPorts: doors.map(({ port }) => port) })

for await (const line of createInterface({ input: process.stdin })) {
  if (line !== 'counts') continue
  say(doors.map(({ counts }) => ({ ...counts, byName: Object.fromEntries(counts.byName) })))
  for (const door of doors) door.reset()
}
process.exit(0)

function say(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}
