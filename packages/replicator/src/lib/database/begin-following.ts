import type { Env } from '@ltx/env'
import type { Txid } from '@ltx/format'
import { forgetOtherMain } from '../follow/main-identity.ts'
import { readPosition } from '../follow/position-record.ts'
import { mainFactsOf, readSeal, sealHolds } from '../follow/seal.ts'
import { WalFollower } from '../follow/wal-follower.ts'
import { openBaseline } from '../page-table/baseline.ts'
import type { DatabaseSettings } from '../settings.ts'
import { lockIsVisible, type ActiveDatabase } from './active-database.ts'
import type { StartOrder } from './follower-port.ts'
import type { LocalFiles } from './local-files.ts'
import { MainWatch } from './main-watch.ts'
import type { OpenDatabase } from './open-database.ts'

export interface FollowingParts {
  readonly env: Env
  readonly local: LocalFiles
  readonly settings: Pick<DatabaseSettings, 'maxSyncWalBytes' | 'slidingScanBytesMin'>
  /** What the replica is known to hold, now. */
  readonly confirmed: () => Txid | null
  readonly pause: () => Promise<void>
}

/** Begins the pin of a database that has been opened, from the position that was kept if it still counts. */
export function beginFollowing(
  opened: OpenDatabase,
  order: Pick<StartOrder, 'lastTXID' | 'newestFileMs'>,
  { env, local, settings, confirmed, pause }: FollowingParts,
): { readonly active: ActiveDatabase; readonly watch: MainWatch } {
  const { files, pin } = opened
  const main = files.statMain()
  forgetOtherMain(env, local.metaPath, main)
  const newest = local.newestRun().at(-1)?.txid ?? null
  const stored = readPosition(env, local.metaPath)
  const position = stored !== null && stored.txid === newest && newest === order.lastTXID ? stored : null
  const follower = new WalFollower(
    {
      env,
      pin,
      files,
      local,
      owner: { mode: main.mode & 0o666, uid: main.uid, gid: main.gid },
      newestFileMs: Math.max(order.newestFileMs, local.newestTimestampMs()),
      maxSyncWalBytes: settings.maxSyncWalBytes,
      scanBytesMin: settings.slidingScanBytesMin,
      openBaseline: () => openBaseline(env.blockingFiles, local, confirmed()),
      pause,
    },
    position,
    order.lastTXID,
  )
  pin.begin()
  const active = { ...opened, follower, lockIsVisible: lockIsVisible(env, opened) }
  const isProven = (pin.isHeld && applySeal(env, active)) || position === null
  return { active, watch: new MainWatch(env, local.metaPath, files.statMain(), isProven) }
}

/** Under a pin that has just begun: nothing was moved into the database file since the seal, so at most one generation is new. */
export function applySeal(env: Env, { follower, files, pin }: ActiveDatabase): boolean {
  const { position } = follower
  if (position === null) return false
  const seal = readSeal(env, follower.parts.local.metaPath)
  const holds = sealHolds(seal, position, mainFactsOf(files.statMain()))
  if (holds) pin.covered = true
  return holds
}
