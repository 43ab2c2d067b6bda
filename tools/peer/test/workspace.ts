import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** A temporary folder with a database, its replica and a configuration for both programs. Leaving its scope removes it. */
export class Workspace implements AsyncDisposable {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  static async make(): Promise<Workspace> {
    return new Workspace(await mkdtemp(path.join(tmpdir(), 'peer-')))
  }

  get database(): string {
    return this.path('app.db')
  }

  get replica(): string {
    return this.path('replica')
  }

  /** Local state of whoever replicates. */
  get meta(): string {
    return this.path('.app.db-litestream')
  }

  path(name: string): string {
    return path.join(this.folder, name)
  }

  /** Writes `litestream.yml`; `store` is YAML for its top level. */
  async configure(store = ''): Promise<string> {
    const file = this.path('litestream.yml')
    const database = [
      `dbs:`,
      `  - path: ${this.database}`,
      `    monitor-interval: 50ms`,
      `    replica:`,
      `      type: file`,
      `      path: ${this.replica}`,
      `      sync-interval: 50ms`,
    ]
    await writeFile(file, `${store}\n${database.join('\n')}\n`)
    return file
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true })
  }
}
