import type * as Http from 'node:http'

/**
 * Node's `node:http`. An import statement for it costs 35 ms and some megabytes: it asks for every export, and some of them load a web
 * client of their own.
 */
export const nodeHttp: typeof Http = process.getBuiltinModule('node:http')
