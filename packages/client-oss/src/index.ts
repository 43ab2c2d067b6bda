export { ossClient } from './lib/client.ts'
export { ossOptionsFrom } from './lib/options-from.ts'
export type { OssClientOptions, OssProxy } from './lib/options.ts'
