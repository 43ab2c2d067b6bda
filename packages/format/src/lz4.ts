export { decodeLz4Stream } from './lib/lz4-stream.ts'
