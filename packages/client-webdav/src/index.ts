export { webdavClient } from './lib/client.ts'
export { webdavOptionsFrom } from './lib/options-from.ts'
export type { WebdavClientOptions } from './lib/options.ts'
