export { fileClient, fileClientFromUrl } from './lib/client.ts'
export { pathFromFileUrl } from './lib/file-url.ts'
export type { DatabaseOwnership, FileClientOptions } from './lib/options.ts'
//# sourceMappingURL=index.d.ts.map
