import { randomBytes } from 'node:crypto'
import type { Random } from '../random.ts'

export const nodeRandom: Random = {
  next: () => Math.random(),
  hex: (bytes) => randomBytes(bytes).toString('hex'),
}
