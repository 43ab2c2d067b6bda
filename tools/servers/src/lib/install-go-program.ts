import { rm } from 'node:fs/promises'
import path from 'node:path'
import { installOnce } from './install-once.ts'
import { runProgram } from './run-program.ts'

const BUILD_TIMEOUT_MS = 1_800_000

export interface GoProgram {
  readonly name: string
  readonly version: string
  /** The package with its `main`, without a version. */
  readonly module: string
}

/**
 * Builds a Go program once per version and keeps the binary. The sources and object files, some gigabytes, are in the
 * temporary folder and go with it.
 */
export function installGoProgram({ name, version, module }: GoProgram): Promise<string> {
  return installOnce({
    folder: `${name}-${version}`,
    file: path.join('bin', name),
    fill: async (folder) => {
      const caches = path.join(folder, 'caches')
      await runProgram(['go', 'install', '-trimpath', '-ldflags=-s -w', `${module}@v${version}`], {
        cwd: folder,
        env: {
          CGO_ENABLED: '0',
          GOBIN: path.join(folder, 'bin'),
          GOPATH: path.join(caches, 'path'),
          GOMODCACHE: path.join(caches, 'modules'),
          GOCACHE: path.join(caches, 'objects'),
          GOFLAGS: `${process.env['GOFLAGS'] ?? ''} -modcacherw`.trim(), // else nobody may delete the sources
        },
        timeoutMs: BUILD_TIMEOUT_MS,
      })
      await rm(caches, { recursive: true, force: true })
    },
  })
}
