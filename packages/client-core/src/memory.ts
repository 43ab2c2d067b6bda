export { memoryClient } from './lib/memory/memory-client.ts'
export type { MemoryClient, MemoryClientOptions } from './lib/memory/memory-client.ts'
export { MemoryStorage, MemoryStorageError } from './lib/memory/memory-storage.ts'
export type { MemoryObject } from './lib/memory/memory-storage.ts'
