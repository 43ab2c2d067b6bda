import type { RequestObserver } from '@ltx/client-core'
import type { DatabaseStatus } from '@ltx/replicator'
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client'
import type { HealthMonitor } from '../health/health-monitor.ts'
import type { ReplicaPlace } from '../replica/replica-place.ts'
import { DatabaseMetrics } from './database-metrics.ts'
import { HealthMetrics } from './health-metrics.ts'
import { RequestMetrics } from './request-metrics.ts'

/**
 * Gauges of the library that are left out: Node counts the time between two samples as delay, so that they would show the second below
 * for an idle process. `nodejs_eventloop_lag_seconds` is measured otherwise, and stays.
 */
const DELAYS_WITH_PAUSE = ['min', 'max', 'mean', 'stddev', 'p50', 'p90', 'p99']

/** How often the delay of the event loop is measured. The library's own 10 ms would wake an idle process a hundred times a second. */
const EVENT_LOOP_SAMPLE_MS = 1000

export interface MetricsParts {
  readonly version: string
  readonly monitor: HealthMonitor
  readonly statuses: () => readonly DatabaseStatus[]
}

/** Everything that `/metrics` tells. Loading this loads prom-client. */
export class Metrics {
  readonly contentType: string
  readonly #registry = new Registry()
  readonly #statuses: () => readonly DatabaseStatus[]
  readonly #databases: DatabaseMetrics
  readonly #requests: RequestMetrics
  readonly #health: HealthMetrics
  readonly #scrapes: Counter<'code'>
  readonly #inFlight: Gauge

  constructor({ version, monitor, statuses }: MetricsParts) {
    const registers = [this.#registry]
    this.contentType = this.#registry.contentType
    this.#statuses = statuses
    this.#databases = new DatabaseMetrics(this.#registry)
    this.#requests = new RequestMetrics(this.#registry)
    this.#health = new HealthMetrics(this.#registry, monitor)
    this.#scrapes = new Counter({
      name: 'promhttp_metric_handler_requests_total',
      help: 'Scrapes by status code',
      labelNames: ['code'],
      registers,
    })
    for (const code of ['200', '500', '503']) this.#scrapes.inc({ code }, 0)
    this.#inFlight = new Gauge({
      name: 'promhttp_metric_handler_requests_in_flight',
      help: 'Scrapes under way',
      registers,
    })
    new Gauge({ name: 'ltx_build_info', help: 'Always 1', labelNames: ['version'], registers }).set(
      { version },
      1,
    )
    collectDefaultMetrics({ register: this.#registry, eventLoopMonitoringPrecision: EVENT_LOOP_SAMPLE_MS })
    for (const name of DELAYS_WITH_PAUSE)
      this.#registry.removeSingleMetric(`nodejs_eventloop_lag_${name}_seconds`)
  }

  /** Counts the requests of one replica. */
  observer(place: ReplicaPlace): RequestObserver {
    return this.#requests.observer(place)
  }

  /** One scrape, in Prometheus' text format 0.0.4. */
  async scrape(): Promise<string> {
    this.#inFlight.inc()
    try {
      const statuses = this.#statuses()
      this.#databases.update(statuses)
      this.#health.update(statuses)
      const text = await this.#registry.metrics()
      this.#scrapes.inc({ code: '200' })
      return text
    } catch (error) {
      this.#scrapes.inc({ code: '500' })
      throw error
    } finally {
      this.#inFlight.dec()
    }
  }
}
