import type { DatabaseStatus } from '@ltx/replicator'
import { redactUrls } from '../text/redact-url.ts'
import type { HealthMonitor } from './health-monitor.ts'

export interface HealthAnswer {
  /** 200 or 503. */
  readonly code: number
  /** One JSON object and the end of the line. */
  readonly body: string
}

/** What `/health` says: databases that are in order are only counted. */
export function healthAnswer(monitor: HealthMonitor, statuses: readonly DatabaseStatus[]): HealthAnswer {
  const problems = statuses.flatMap((status) => monitor.problemsOf(status))
  const isWell = problems.length === 0
  const body = {
    status: isWell ? 'ok' : 'failing',
    databases: statuses.length,
    problems: problems.map(({ path, kind, reason, lagMs }) => ({
      path,
      kind,
      reason: redactUrls(reason),
      lag_seconds: lagMs / 1000,
    })),
  }
  return { code: isWell ? 200 : 503, body: `${JSON.stringify(body)}\n` }
}
