// `node --cpu-prof --cpu-prof-dir=DIR …` and then `node tools/bench/src/stages.ts DIR`: where the time of each thread went, by stage.
// What the threads of libuv and the kernel did is not in it: `strace -c -f`, /proc/PID/io and /proc/PID/stat tell that.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { formatColumns, formatNumber } from './lib/columns.ts'
import { IDLE, stagesOf, type CpuProfile } from './lib/profile-stages.ts'

const SHOWN_MS_MIN = 1
const [folder = '.'] = process.argv.slice(2)

for (const name of readdirSync(folder).filter((each) => each.endsWith('.cpuprofile'))) {
  const stages = stagesOf(JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as CpuProfile)
  const busyMs = [...stages].reduce((sum, [stage, ms]) => (stage === IDLE ? sum : sum + ms), 0)
  const lines = [...stages]
    .filter(([, ms]) => ms >= SHOWN_MS_MIN)
    .toSorted(([, a], [, b]) => b - a)
    .map(([stage, ms]) => ({
      cells: [stage, formatNumber(ms), stage === IDLE ? '' : `${formatNumber((100 * ms) / busyMs)} %`],
    }))
  process.stdout.write(`${name}\n${formatColumns(['stage', 'ms', 'of busy'], lines)}\n\n`)
}
