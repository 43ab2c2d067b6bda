import type { ControlContext } from './control-context.ts'
import { daemonInfo, databaseTxid, listDatabases, syncStatus } from './daemon-facts.ts'
import {
  registerDatabase,
  startDatabase,
  stopDatabase,
  syncDatabase,
  unregisterDatabase,
} from './database-operations.ts'
import type { RequestFields } from './request-fields.ts'

type Answer = Promise<Record<string, unknown>> | Record<string, unknown>

/** One endpoint. GET answers HEAD as well. */
export type Route =
  | { readonly method: 'GET'; answer(query: URLSearchParams, context: ControlContext): Answer }
  | { readonly method: 'POST'; answer(fields: RequestFields, context: ControlContext): Answer }

/** Every endpoint, by path. */
export const ROUTES: Readonly<Record<string, Route>> = {
  '/start': { method: 'POST', answer: startDatabase },
  '/stop': { method: 'POST', answer: stopDatabase },
  '/sync': { method: 'POST', answer: syncDatabase },
  '/register': { method: 'POST', answer: registerDatabase },
  '/unregister': { method: 'POST', answer: unregisterDatabase },
  '/txid': { method: 'GET', answer: databaseTxid },
  '/list': { method: 'GET', answer: listDatabases },
  '/info': { method: 'GET', answer: daemonInfo },
  '/debug/sync-status': { method: 'GET', answer: syncStatus },
}
