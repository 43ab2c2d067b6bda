import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { MeasuredChild } from './measured-child.ts'
import { ROOT } from './program-under-test.ts'

/** What passed one counting port since it was asked last. */
export interface PassedRequests {
  readonly requests: number
  readonly bytesUp: number
  readonly bytesDown: number
  /** By what S3 calls them. */
  readonly byName: Readonly<Record<string, number>>
}

interface Told {
  readonly region: string
  readonly bucket: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly directPort: number
  readonly slowPort: number
  readonly countedPorts: readonly number[]
}

/** A number is one of four ports that count, for programs that run at the same time. */
export type Door = 'direct' | 'slow' | 0 | 1 | 2 | 3

/** Litestream's client does not start where this is set. The server is reached without TLS. */
export const S3_ENVIRONMENT: Readonly<Record<string, undefined>> = { AWS_CA_BUNDLE: undefined }

const SERVERS = path.join(ROOT, 'tools/servers')
const START_MS_MAX = 600_000

/** A real S3 server of tools/servers, and the ways to it. Leaving its scope stops it. */
export class S3Line implements AsyncDisposable {
  readonly #child: MeasuredChild
  readonly #told: Told

  private constructor(child: MeasuredChild, told: Told) {
    this.#child = child
    this.#told = told
  }

  /** @param line latency in each direction, and the rate of each connection, of the slow way */
  static async start(
    line: { readonly latencyMs: number; readonly bytesPerSecond: number } = {
      latencyMs: 0,
      bytesPerSecond: 1e9,
    },
  ): Promise<S3Line> {
    const program = path.join(SERVERS, 'bench/s3-line.ts')
    const words = ['run', 's3', '--', process.execPath, program, line.latencyMs, line.bytesPerSecond]
    const child = new MeasuredChild([
      process.execPath,
      path.join(SERVERS, 'src/main.ts'),
      ...words.map(String),
    ])
    try {
      await child.until('the S3 server', () => child.stdout.endsWith('\n'), 50, START_MS_MAX)
    } catch (error) {
      await child[Symbol.asyncDispose]()
      throw error
    }
    return new S3Line(child, JSON.parse(child.stdout) as Told)
  }

  /** Writes a configuration that replicates `database` to `place` in the bucket. @returns its path */
  config(database: string, place: string, door: Door): string {
    const { region, bucket, accessKeyId, secretAccessKey } = this.#told
    const keys = {
      type: 's3',
      bucket,
      path: place,
      region,
      endpoint: `http://127.0.0.1:${this.#portOf(door)}`,
      'force-path-style': true,
      'access-key-id': accessKeyId,
      'secret-access-key': secretAccessKey,
    }
    const file = `${database}.${door}.yml`
    writeFileSync(file, `dbs:\n  - path: ${database}\n    replica: ${JSON.stringify(keys)}\n`, {
      mode: 0o600,
    })
    return file
  }

  /** What passed each of the counting ports since it was asked last. */
  async counts(): Promise<readonly PassedRequests[]> {
    const before = this.#child.stdout.length
    this.#child.tell('counts')
    await this.#child.until(
      'the counts',
      () => this.#child.stdout.length > before && this.#child.stdout.endsWith('\n'),
    )
    return JSON.parse(this.#child.stdout.slice(before)) as PassedRequests[]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.endInput()
  }

  #portOf(door: Door): number {
    const { directPort, slowPort, countedPorts } = this.#told
    return door === 'direct' ? directPort : door === 'slow' ? slowPort : (countedPorts[door] ?? 0)
  }
}

/** Listings of any kind. */
export function listingsOf({ byName }: PassedRequests): number {
  return byName['ListObjectsV2'] ?? 0
}
