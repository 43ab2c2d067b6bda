export { sftpClient } from './lib/client.ts'
export { sftpOptionsFrom } from './lib/options-from.ts'
export type { SftpClientOptions } from './lib/options.ts'
