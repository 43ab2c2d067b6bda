import { rmSync, statSync } from 'node:fs'
import { runMeasured } from './measured-child.ts'

const MIB = 1024 * 1024

/**
 * Milliseconds that `dd conv=fsync` needs for about as many bytes to the same disk. To be called right before the work it
 * is compared with: it writes twice, and the first time is not counted. A virtual machine gives free memory back to its
 * host, and whoever uses it first again pays for it: up to three times the time of the next one.
 */
export async function ddMs(file: string, bytes: number): Promise<number> {
  await writeZeros(file, bytes)
  return writeZeros(file, bytes)
}

async function writeZeros(file: string, bytes: number): Promise<number> {
  const blocks = Math.max(1, Math.round(bytes / MIB))
  const { wallMs } = await runMeasured([
    'dd',
    'if=/dev/zero',
    `of=${file}`,
    'bs=1M',
    `count=${blocks}`,
    'conv=fsync',
  ])
  const scale = bytes / statSync(file).size
  rmSync(file)
  return wallMs * scale
}
