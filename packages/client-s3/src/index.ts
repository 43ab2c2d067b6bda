export { s3Client } from './lib/client.ts'
export { s3OptionsFrom } from './lib/options-from.ts'
export type { S3ClientOptions, S3Proxy } from './lib/options.ts'
