import type { DatabaseStatus } from '@ltx/replicator'
import { Gauge, type Registry } from 'prom-client'
import type { HealthMonitor } from '../health/health-monitor.ts'
import { stateOf } from '../health/state-of.ts'

/** How far each replica is behind, and whether it can be trusted: what Litestream has no metrics for. */
export class HealthMetrics {
  readonly #monitor: HealthMonitor
  readonly #lag: Gauge<'db'>
  readonly #durable: Gauge<'db'>
  readonly #replicated: Gauge<'db'>
  readonly #healthy: Gauge<'db'>
  readonly #verifiedAt: Gauge<'db'>
  readonly #verified: Gauge<'db'>
  readonly #state: Gauge<'db' | 'state'>

  constructor(registry: Registry, monitor: HealthMonitor) {
    this.#monitor = monitor
    const gauge = (name: string, help: string): Gauge<'db'> =>
      new Gauge({ name, help, labelNames: ['db'], registers: [registry] })
    this.#lag = gauge(
      'ltx_replication_lag_seconds',
      'Age of the oldest commit that is not in the replica; 0: all are',
    )
    this.#durable = gauge(
      'ltx_last_durable_timestamp_seconds',
      'Every commit up to this time is known to be in the replica',
    )
    this.#replicated = gauge('ltx_replicated_txid', 'The replica holds everything up to this transaction')
    this.#healthy = gauge('ltx_database_healthy', '0: /health names this database')
    this.#verifiedAt = gauge(
      'ltx_last_verified_restore_timestamp_seconds',
      'When a restore was last tried out and found right',
    )
    this.#verified = gauge(
      'ltx_verified_restore_ok',
      '1: the last restore that was tried out was right, 0: it was not',
    )
    this.#state = new Gauge({
      name: 'ltx_database_state',
      help: '1 for the state in which the database is; the other states have no series',
      labelNames: ['db', 'state'],
      registers: [registry],
    })
  }

  update(statuses: readonly DatabaseStatus[]): void {
    const gauges = [
      this.#lag,
      this.#durable,
      this.#replicated,
      this.#healthy,
      this.#verifiedAt,
      this.#verified,
      this.#state,
    ]
    for (const gauge of gauges) gauge.reset()
    for (const status of statuses) this.#update(status)
  }

  /** What is not known has no value. */
  #update(status: DatabaseStatus): void {
    const labels = { db: status.path }
    this.#state.set({ ...labels, state: stateOf(status) }, 1)
    const lagMs = this.#monitor.lagMs(status)
    if (lagMs !== null) this.#lag.set(labels, lagMs / 1000)
    if (status.durableAtMs !== null) this.#durable.set(labels, status.durableAtMs / 1000)
    if (status.replicatedTXID !== null) this.#replicated.set(labels, Number(status.replicatedTXID))
    this.#healthy.set(labels, this.#monitor.problemsOf(status).length === 0 ? 1 : 0)
    const verification = this.#monitor.verificationOf(status.path)
    if (verification === null) return
    this.#verified.set(labels, verification.last.failure === null ? 1 : 0)
    if (verification.goodAtMs !== null) this.#verifiedAt.set(labels, verification.goodAtMs / 1000)
  }
}
