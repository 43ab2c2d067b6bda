// Installs the real Litestream into the cache folder and prints where its parts are.
import { installLitestream, installLitestreamV3, installLitestreamVfs } from './index.ts'

console.log(`litestream 0.5.17: ${await installLitestream()}`)
console.log(`its SQLite extension: ${await installLitestreamVfs()}`)
console.log(`litestream 0.3.13: ${await installLitestreamV3()}`)
