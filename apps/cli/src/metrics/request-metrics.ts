import type { RequestObserver, RequestReport } from '@ltx/client-core'
import { Counter, Histogram, type Registry } from 'prom-client'
import type { ReplicaPlace } from '../replica/replica-place.ts'
import { priceListOf } from './request-price.ts'

/** Seconds. Litestream's. */
const BUCKETS: number[] = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60]

type ByOperation = 'replica_type' | 'operation'

/** Counts requests to storages: under Litestream's names, and beside them what those do not tell. */
export class RequestMetrics {
  readonly #done: Counter<ByOperation>
  readonly #bytes: Counter<ByOperation>
  readonly #seconds: Histogram<ByOperation>
  readonly #errors: Counter<ByOperation | 'code'>
  readonly #made: Counter<ByOperation | 'provider'>
  readonly #moved: Counter<ByOperation | 'provider' | 'direction'>
  readonly #dollars: Counter<'replica_type' | 'provider'>

  constructor(registry: Registry) {
    const registers = [registry]
    const labelNames = ['replica_type', 'operation'] as const
    this.#done = new Counter({
      name: 'litestream_replica_operation_total',
      help: 'Requests to the storage that did what they should',
      labelNames,
      registers,
    })
    this.#bytes = new Counter({
      name: 'litestream_replica_operation_bytes',
      help: 'File bytes that they sent and received',
      labelNames,
      registers,
    })
    this.#seconds = new Histogram({
      name: 'litestream_replica_operation_duration_seconds',
      help: 'How long requests to the storage took, failed ones too',
      labelNames,
      buckets: BUCKETS,
      registers,
    })
    this.#errors = new Counter({
      name: 'litestream_replica_operation_errors_total',
      help: 'Requests to the storage that failed, by error code',
      labelNames: [...labelNames, 'code'],
      registers,
    })
    this.#made = new Counter({
      name: 'ltx_replica_requests_total',
      help: 'All requests to the storage, as a provider counts them',
      labelNames: [...labelNames, 'provider'],
      registers,
    })
    this.#moved = new Counter({
      name: 'ltx_replica_request_bytes_total',
      help: 'File bytes of all requests to the storage, also of those that failed',
      labelNames: [...labelNames, 'provider', 'direction'],
      registers,
    })
    this.#dollars = new Counter({
      name: 'ltx_replica_request_cost_dollars_total',
      help: 'Estimate of what the requests cost, in US dollars by list price',
      labelNames: ['replica_type', 'provider'],
      registers,
    })
  }

  /** Counts the requests of one replica. */
  observer(place: ReplicaPlace): RequestObserver {
    const type = place.type
    const { provider, prices } = priceListOf(place)
    this.#dollars.inc({ replica_type: type, provider }, 0)
    return (report) => {
      this.#count(type, report)
      const labels = { replica_type: type, operation: report.kind, provider }
      this.#made.inc(labels)
      if (report.bytesUp > 0) this.#moved.inc({ ...labels, direction: 'sent' }, report.bytesUp)
      if (report.bytesDown > 0) this.#moved.inc({ ...labels, direction: 'received' }, report.bytesDown)
      this.#dollars.inc({ replica_type: type, provider }, prices[report.kind] / 1e6)
    }
  }

  /** `HEAD` is none of Litestream's operations. */
  #count(type: string, { kind, bytesUp, bytesDown, durationMs, failure }: RequestReport): void {
    if (kind === 'HEAD') return
    const labels = { replica_type: type, operation: kind }
    this.#seconds.observe(labels, durationMs / 1000)
    if (failure !== null) {
      if (failure !== 'ABORTED') this.#errors.inc({ ...labels, code: failure })
      return
    }
    this.#done.inc(labels)
    if (kind === 'PUT') this.#bytes.inc(labels, bytesUp)
    if (kind === 'GET') this.#bytes.inc(labels, bytesDown)
  }
}
