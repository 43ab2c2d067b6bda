import type { Random } from '../random.ts'

export const nodeRandom: Random = {
  next: () => Math.random(),
  hex: (bytes) => process.getBuiltinModule('node:crypto').randomBytes(bytes).toString('hex'), // loads in 3 ms: not before it is needed
}
