import type { RequestObserver } from '@ltx/client-core'
import type { Env, Logger } from '@ltx/env'
import type { DatabaseStatus, Store } from '@ltx/replicator'
import type { Config } from '../config/config.ts'
import { AbsenceWarnings } from '../health/absence-warnings.ts'
import { healthAnswer } from '../health/health-answer.ts'
import { HealthMonitor, LAG_MS_MAX } from '../health/health-monitor.ts'
import { Heartbeat } from '../health/heartbeat.ts'
import { parseListenAddress, urlOfAddress, type ListenAddress } from '../health/listen-address.ts'
import { MonitorServer } from '../health/monitor-server.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { CommandIo } from '../program/io.ts'
import type { ReplicaPlace } from '../replica/replica-place.ts'
import { ServiceManager } from '../systemd/service-manager.ts'

interface MonitoringParts {
  readonly config: Config
  readonly env: Pick<Env, 'clock'>
  readonly logger: Logger
  readonly io: CommandIo
}

/** Those who watch a daemon: Prometheus, health probes, a heartbeat service, systemd. */
export class Monitoring {
  /** Where a restore on trial tells what it came to. */
  readonly health: HealthMonitor
  readonly #parts: MonitoringParts
  readonly #address: ListenAddress | null
  readonly #service: ServiceManager
  readonly #absences: AbsenceWarnings
  #store: Store | null = null
  #metrics: Metrics | null = null
  #server: MonitorServer | null = null
  #heartbeat: Heartbeat | null = null

  private constructor(parts: MonitoringParts) {
    const { config, env, logger, io } = parts
    const addr = config.root.text('addr')
    this.#parts = parts
    this.#address = addr === '' ? null : parseListenAddress(addr)
    this.#service = new ServiceManager(io, logger)
    const given = config.root.section('health').duration('max-lag')
    const lagMsMax = given > 0 ? given : null
    this.#absences = new AbsenceWarnings({ clock: env.clock, logger, waitMsMax: lagMsMax ?? LAG_MS_MAX })
    this.health = new HealthMonitor({ statuses: () => this.#statuses(), lagMsMax, nowMs: Date.now })
  }

  /** Before anything is opened. @throws {CommandError} `addr` is no address to listen at */
  static async create(parts: MonitoringParts): Promise<Monitoring> {
    const monitoring = new Monitoring(parts)
    if (monitoring.#address !== null) await monitoring.#makeMetrics()
    return monitoring
  }

  /** Counts the requests of one replica; `undefined` where nobody asks for the count. */
  observer(place: ReplicaPlace): RequestObserver | undefined {
    return this.#metrics?.observer(place)
  }

  /** Before the Store is opened, so that nothing is missed. */
  watch(store: Store): void {
    this.#store = store
    store.on(this.health.hear)
    store.on(this.#absences.hear)
  }

  /** When the Store has begun to open. A server that cannot listen is logged, and no reason to end. */
  async start(): Promise<void> {
    await this.#listen()
    const { config, logger } = this.#parts
    const url = config.root.text('heartbeat-url')
    if (url !== '') {
      const intervalMs = config.root.duration('heartbeat-interval')
      const statuses = (): readonly DatabaseStatus[] => this.#statuses()
      this.#heartbeat = new Heartbeat({ url, intervalMs, statuses, logger, nowMs: Date.now, fetch })
      this.#heartbeat.start()
    }
    void this.#service.ready(() => this.#summary())
  }

  /** Before the last sync. */
  stopping(): void {
    this.#absences.close()
    this.#heartbeat?.close()
    void this.#service.stopping()
  }

  /** After it. */
  async close(): Promise<void> {
    this.#heartbeat?.close()
    await this.#server?.close()
    await this.#service.close()
  }

  async #makeMetrics(): Promise<void> {
    const { Metrics } = await import('../metrics/metrics.ts')
    const { version } = this.#parts.io
    this.#metrics = new Metrics({ version, monitor: this.health, statuses: () => this.#statuses() })
  }

  async #listen(): Promise<void> {
    const [address, metrics, { logger }] = [this.#address, this.#metrics, this.#parts]
    if (address === null || metrics === null) return
    const health = {
      answer: () => ({ contentType: 'application/json', ...healthAnswer(this.health, this.#statuses()) }),
    }
    const scrape = {
      answer: async () => ({ code: 200, contentType: metrics.contentType, body: await metrics.scrape() }),
    }
    const endpoints = { '/metrics': scrape, '/health': health, '/healthz': health }
    try {
      this.#server = await MonitorServer.open(address, endpoints)
      logger.log('info', 'serving metrics', { url: `${urlOfAddress(this.#server.address)}/metrics` })
    } catch (error) {
      const told = error instanceof Error ? error : String(error)
      logger.log('error', 'metrics cannot be served; replication goes on without', { error: told })
    }
  }

  #statuses(): readonly DatabaseStatus[] {
    return (this.#store?.databases ?? []).map((database) => database.status())
  }

  #summary(): string {
    const count = this.#statuses().length
    const [first, ...others] = this.health.problems()
    const more = others.length === 0 ? '' : `, and ${others.length} more`
    const trouble = first === undefined ? '' : `; ${first.path}: ${first.kind}${more}`
    return `${count} ${count === 1 ? 'database' : 'databases'}${trouble}`
  }
}
