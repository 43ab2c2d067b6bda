import { randomBytes } from 'node:crypto'

/** Made anew for every run, so that no password that works is written down anywhere. Letters and digits. */
export function randomPassword(): string {
  return randomBytes(12).toString('hex')
}
