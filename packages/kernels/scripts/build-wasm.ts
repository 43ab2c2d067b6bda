import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { main as compile } from 'assemblyscript/asc'

const packageDirectory = fileURLToPath(new URL('..', import.meta.url))

/** Memory of an instance at first, in pages of 64 KiB; assembly/memory.ts lays it out. */
const MEMORY_PAGES = '7'
/** The most it may grow to, for LargeBlocks. */
const MEMORY_PAGES_MAX = '144'

/** Compiles assembly/ and returns the module's bytes. The same compiler gives the same bytes. */
export async function buildWasm(): Promise<Uint8Array> {
  const scratch = await mkdtemp(join(tmpdir(), 'ltx-kernels-'))
  try {
    const output = join(scratch, 'kernels.wasm')
    const options = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--enable', 'bulk-memory']
    const memory = ['--initialMemory', MEMORY_PAGES, '--maximumMemory', MEMORY_PAGES_MAX]
    const printed: string[] = []
    const { error } = await compile(
      ['assembly/index.ts', '--outFile', output, '--baseDir', packageDirectory, ...options, ...memory],
      { stderr: { write: (text) => void printed.push(text.toString()) } },
    )
    if (error !== null) throw new Error(`assemblyscript: ${error.message}\n${printed.join('')}`)
    return await readFile(output)
  } finally {
    await rm(scratch, { recursive: true })
  }
}

/** The text of src/lib/kernels.wasm.ts. */
export function moduleSource(bytes: Uint8Array): string {
  return [
    '// Generated from assembly/ by `pnpm build:wasm`. Do not edit.',
    '',
    '/** The WebAssembly module, as base64. */',
    'export const KERNELS_WASM: string =',
    `  '${Buffer.from(bytes).toString('base64')}'`,
    '',
  ].join('\n')
}

if (import.meta.main) {
  await writeFile(join(packageDirectory, 'src/lib/kernels.wasm.ts'), moduleSource(await buildWasm()))
}
