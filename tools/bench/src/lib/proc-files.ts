/** Of one process, as Linux tells it under /proc. */
export interface ProcessMemory {
  readonly rssBytes: number
  /** The most it has held so far. */
  readonly rssBytesMax: number
}

/** Ticks of a second in /proc/PID/stat: 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100

/** CPU of all threads of a process, user and system, out of the text of /proc/PID/stat. Milliseconds. */
export function cpuMsOf(stat: string): number {
  const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ') // the name may hold spaces and brackets
  const ticks = Number(afterName[11]) + Number(afterName[12])
  if (!Number.isInteger(ticks)) throw new RangeError(`not /proc/PID/stat: ${stat}`)
  return (ticks * 1000) / TICKS_PER_SECOND
}

/** Memory out of the text of /proc/PID/status; `null` when it has none any more, as a process that has ended. */
export function memoryOf(status: string): ProcessMemory | null {
  const rss = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]
  const most = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]
  if (rss === undefined || most === undefined) return null
  return { rssBytes: Number(rss) * 1024, rssBytesMax: Number(most) * 1024 }
}
