import { rmSync, statSync } from 'node:fs'
import { runMeasured } from './measured-child.ts'

const MIB = 1024 * 1024

/** Milliseconds that `dd conv=fsync` needs for about as many bytes to the same disk. */
export async function ddMs(file: string, bytes: number): Promise<number> {
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
