// Started by restore-slow-line.ts: `node proxy-child.ts TARGET_PORT LATENCY_MS BYTES_PER_SECOND` prints its port. It has a
// processor to itself, so that it does not slow down what is measured. Ends with its input.
import { startFaultProxy } from '../src/index.ts'

const [targetPort = 0, latencyMs = 0, bytesPerSecond = 0] = process.argv.slice(2).map(Number)
const proxy = await startFaultProxy({ targetPort })
proxy.set({ latencyMs, bytesPerSecond })
process.stdout.write(`${proxy.port}\n`)
process.stdin.resume().once('end', () => process.exit(0))
