import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import {
  nodeFolder,
  packPackages,
  plainProject,
  ROOT,
  runProgram,
  runWell,
  type PackedPackage,
} from '../test/pack-packages.ts'

/** The oldest Node that we promise to run on, as near as the registry has it, and the one that we develop on. */
const NODES = ['22.23.3', '24.21.0']

let packed: PackedPackage[] = []
const folders: string[] = []

beforeAll(async () => {
  packed = await packPackages()
  folders.push(...new Set(packed.map(({ tarball }) => path.dirname(tarball))))
})

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

async function project(names: readonly string[]): Promise<string> {
  const folder = await plainProject(packed, names)
  folders.push(folder)
  return folder
}

test('tarballs: each published package → licence, README, dist, and nothing of the workspace', async () => {
  assert.ok(packed.length >= 10)
  for (const { name, tarball } of packed) {
    const names = (await runWell('tar', ['-tzf', tarball])).split('\n')
    for (const needed of ['package/LICENSE', 'package/README.md', 'package/package.json']) {
      assert.ok(names.includes(needed), `${name} has no ${needed}`)
    }
    assert.ok(
      names.some((entry) => entry.startsWith('package/dist/')),
      `${name} has no dist`,
    )
    const stray = names.filter((entry) =>
      /\.test\.ts$|\.tsbuild|^package\/src\/.*\.d\.ts|fixtures|node_modules/.test(entry),
    )
    assert.deepEqual(stray, [], name)
    const manifest = await runWell('tar', ['-xzOf', tarball, 'package/package.json'])
    assert.doesNotMatch(manifest, /"(?:workspace|catalog):/, name)
    assert.doesNotMatch(JSON.stringify((JSON.parse(manifest) as { exports: unknown }).exports), /src/, name)
  }
})

test('publint: each tarball → nothing to say', async () => {
  const publint = path.join(ROOT, 'node_modules/.bin/publint')
  for (const { name, tarball } of packed) {
    const finished = await runProgram(publint, ['run', tarball, '--strict'])
    assert.equal(finished.code, 0, `${name}\n${finished.stdout}${finished.stderr}`)
  }
})

describe('@ltx/format in a plain project', () => {
  const script = `
    import { createHeader, FileEncoder, toTxid, verifyFile } from '@ltx/format'
    const header = createHeader({ pageSize: 512, commit: 2, minTXID: toTxid(1n), maxTXID: toTxid(1n), timestampMs: 1 })
    const encoder = new FileEncoder(header)
    encoder.writePage(1, new Uint8Array(512).fill(1))
    encoder.writePage(2, new Uint8Array(512).fill(2))
    encoder.finish()
    const file = encoder.take()
    const { pageCount, header: read } = await verifyFile((async function* () { yield file })())
    console.log(JSON.stringify({ pageCount, commit: read.commit, packages: process.argv.slice(2) }))
  `

  test('installed from tarballs → encodes and verifies on every Node', async () => {
    const folder = await project(['@ltx/format'])
    writeFileSync(path.join(folder, 'main.js'), script)
    for (const version of NODES) {
      const printed = await runWell('node', ['main.js'], {
        cwd: folder,
        binFolder: await nodeFolder(version),
      })
      assert.deepEqual(JSON.parse(printed), { pageCount: 2, commit: 2, packages: [] }, version)
    }
  })

  test('installed from tarballs → no SQLite, no SDK, no native build beside it', async () => {
    const folder = await project(['@ltx/format'])
    const tree = JSON.parse(await runWell('npm', ['ls', '--all', '--json'], { cwd: folder })) as {
      dependencies: Record<string, unknown>
    }
    assert.deepEqual(Object.keys(tree.dependencies).toSorted(), ['@ltx/format', '@ltx/kernels', '@ltx/wal'])
  })
})

/** What its main.js printed, on a version of Node. */
async function printedBy(folder: string, version: string): Promise<Record<string, string | undefined>> {
  const printed = await runWell('node', ['main.js'], { cwd: folder, binFolder: await nodeFolder(version) })
  return JSON.parse(printed) as Record<string, string>
}

describe('@ltx/native in a plain project', () => {
  const script = `
    import { sharedKernels, persistWalExtension } from '@ltx/kernels'
    import { reason } from '@ltx/native'
    console.log(JSON.stringify({ used: sharedKernels().implementation, reason, file: persistWalExtension()?.file }))
  `
  test('installed from tarballs, without a prebuilt package → WebAssembly, and a reason; with it → the addon, on every Node', async (context) => {
    const made = await runProgram('node', ['packages/native/scripts/prebuilt.ts'])
    if (made.code !== 0) {
      assert.notEqual(process.env['NATIVE'], '1', made.stderr)
      return context.skip('no usable cargo')
    }
    const folder = await project(['@ltx/format', '@ltx/native'])
    writeFileSync(path.join(folder, 'main.js'), script)
    for (const version of NODES) {
      const { used, reason, file } = await printedBy(folder, version)
      assert.deepEqual([used, file], ['wasm', undefined], version)
      assert.match(String(reason), /^no build of @ltx\/native loads here/)
    }
    const prebuilt = made.stdout.trim().split('/').at(-1) ?? ''
    const source = path.join(ROOT, 'packages/native/npm', prebuilt)
    const tarball = (await runWell('npm', ['pack', '--silent', '--pack-destination', folder, source])).trim()
    await runWell('npm', ['install', '--no-audit', '--no-fund', `./${tarball}`], { cwd: folder })
    for (const version of NODES) {
      const { used, file } = await printedBy(folder, version)
      assert.equal(used, 'native', version)
      assert.match(String(file), /node_modules\/@ltx\/native-[^/]+\/ltx-native\.[^/]+\.node$/)
    }
  })
})

describe('@ltx/cli in a plain project', () => {
  test('installed from tarballs → both names run on every Node, and restore a replica of the real Litestream', async () => {
    const folder = await project(['@ltx/cli'])
    const golden = path.join(ROOT, 'packages/restore/fixtures/peer-4096')
    const expected = JSON.parse(readFileSync(path.join(golden, 'expect.json'), 'utf8')) as {
      latest: { sha256: string }
    }
    for (const version of NODES) {
      const binFolder = await nodeFolder(version)
      for (const name of ['ltx', 'litestream']) {
        const printed = await runWell(path.join(folder, 'node_modules/.bin', name), ['version'], {
          cwd: folder,
          binFolder,
        })
        assert.match(printed, /^v?\d+\.\d+\.\d+/, `${name} on ${version}`)
      }
      const output = path.join(folder, `restored-${version}.db`)
      const url = `file://${path.join(golden, 'replica')}`
      await runWell(path.join(folder, 'node_modules/.bin/ltx'), ['restore', '-o', output, url], {
        cwd: folder,
        binFolder,
      })
      assert.equal(
        createHash('sha256').update(readFileSync(output)).digest('hex'),
        expected.latest.sha256,
        version,
      )
    }
  })

  test('started under Node 20 → one line that says so, and exit 1', async () => {
    const folder = await project(['@ltx/cli'])
    const binFolder = await nodeFolder('20.20.2')
    const finished = await runProgram(path.join(folder, 'node_modules/.bin/ltx'), ['version'], {
      cwd: folder,
      binFolder,
    })
    assert.equal(finished.code, 1)
    assert.equal(finished.stdout, '')
    assert.match(finished.stderr, /^ltx: .*Node.*22\.18.*\n$/)
  })
})

test('types: every door of every package → a strict TypeScript project without our settings accepts them', async () => {
  const names = packed.map(({ name }) => name).filter((name) => name !== '@ltx/cli')
  const folder = await project(names)
  const doors = packed
    .filter(({ name }) => names.includes(name))
    .flatMap(({ name, folder: source }) => doorsOf(name, source))
  const lines = doors.map((door, index) => `export type * as d${index} from '${door}'`)
  writeFileSync(path.join(folder, 'main.ts'), `${lines.join('\n')}\n`)
  const compilerOptions = {
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable'],
    module: 'nodenext',
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    types: ['node'],
    typeRoots: [path.join(ROOT, 'node_modules/@types')],
  }
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['main.ts'] }))
  const finished = await runProgram(path.join(ROOT, 'node_modules/.bin/tsc'), ['-p', folder])
  assert.equal(finished.code, 0, finished.stdout)
})

function doorsOf(name: string, folder: string): string[] {
  const manifest = JSON.parse(readFileSync(path.join(ROOT, folder, 'package.json'), 'utf8')) as {
    exports: Record<string, string>
  }
  return Object.keys(manifest.exports)
    .filter((key) => key !== './package.json')
    .map((key) => name + key.slice(1))
}
