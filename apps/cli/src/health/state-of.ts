import type { DatabaseState, DatabaseStatus } from '@ltx/replicator'

/** What a database is to whoever watches. `waiting`: it is yet to come. `missing`: it was there, and is not. */
export type ShownState = Exclude<DatabaseState, 'absent'> | 'waiting' | 'missing'

export function stateOf({ state, isMissing }: Pick<DatabaseStatus, 'state' | 'isMissing'>): ShownState {
  if (state !== 'absent') return state
  return isMissing ? 'missing' : 'waiting'
}
