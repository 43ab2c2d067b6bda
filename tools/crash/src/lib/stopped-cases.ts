import { cpSync, rmSync } from 'node:fs'
import path from 'node:path'
import type { Scene } from './scene.ts'
import { createDatabase } from './create-database.ts'

export interface StoppedCase {
  readonly name: string
  /** What happens while no replicator runs. */
  readonly act: (scene: Scene) => Promise<void>
  readonly start: string
  /** `none`: no comparison may be needed. `difference`: at most that. `whole`: everything may go up. */
  readonly upload: 'none' | 'difference' | 'whole'
  /** Run in `pnpm test` too. */
  readonly quick?: true
}

export const STOPPED_CASES: readonly StoppedCase[] = [
  {
    name: 'commits only',
    act: (scene) => scene.insert(5),
    start: 'continue',
    upload: 'none',
  },
  {
    name: 'PASSIVE checkpoint between commits',
    act: async (scene) => {
      await scene.insert(5)
      await scene.app.call('pragma', 'main', 'wal_checkpoint(PASSIVE)')
      await scene.insert(5)
    },
    start: 'continue',
    upload: 'difference',
  },
  {
    name: 'FULL checkpoint, then a generation longer than the old one',
    act: async (scene) => {
      await scene.insert(5)
      await scene.app.call('pragma', 'main', 'wal_checkpoint(FULL)')
      await scene.insert(60)
    },
    start: 'continue',
    upload: 'difference',
  },
  {
    name: 'the old generation is appended to, checkpointed, and the next has fewer frames',
    act: async (scene) => {
      await scene.insert(1)
      await scene.app.call('pragma', 'main', 'wal_checkpoint(FULL)')
      await scene.write("INSERT OR REPLACE INTO ledger VALUES ('once', 1)")
    },
    start: 'continue',
    upload: 'difference',
    quick: true,
  },
  {
    name: 'TRUNCATE checkpoint, then commits',
    act: async (scene) => {
      await scene.insert(3)
      await scene.app.call('pragma', 'main', 'wal_checkpoint(TRUNCATE)')
      await scene.insert(3)
      await scene.app.call('pragma', 'main', 'wal_checkpoint(TRUNCATE)')
      await scene.insert(3)
    },
    start: 'continue',
    upload: 'difference',
  },
  {
    name: 'the last connection closes, the WAL is deleted, others come',
    act: async (scene) => {
      await scene.insert(3)
      await scene.app.call('closeAll')
      await scene.insert(3)
    },
    start: 'continue',
    upload: 'difference',
    quick: true,
  },
  {
    name: 'journal_size_limit cuts the WAL at its restart',
    act: async (scene) => {
      await scene.app.call('pragma', 'main', 'journal_size_limit = 20000')
      await scene.insert(100)
      await scene.app.call('pragma', 'main', 'wal_checkpoint(FULL)')
      await scene.insert(1)
      await scene.app.call('pragma', 'main', 'wal_checkpoint(FULL)')
      await scene.insert(1)
    },
    start: 'continue',
    upload: 'difference',
  },
  {
    name: 'the application dies in a transaction with spilled pages',
    act: async (scene) => {
      await scene.insert(3)
      await scene.app.call('pragma', 'main', 'cache_size = 5')
      await scene.write('BEGIN')
      await scene.insert(200)
      await scene.killApp()
      await scene.insert(1)
    },
    start: 'continue',
    upload: 'none',
  },
  {
    name: 'DELETE and VACUUM',
    act: async (scene) => {
      await scene.write('DELETE FROM rows WHERE id % 2 = 0')
      await scene.write('VACUUM')
      await scene.app.call('pragma', 'main', 'wal_checkpoint(TRUNCATE)')
    },
    start: 'continue',
    upload: 'whole',
  },
  {
    name: 'another database takes the name',
    act: async (scene) => {
      const other = path.join(scene.folder, 'other.db')
      createDatabase(other, 4096, 900)
      await scene.app.call('replaceBy', other)
      await scene.insert(2)
    },
    start: 'continue',
    upload: 'whole',
  },
  {
    name: 'another database of another page size takes the name',
    act: async (scene) => {
      const other = path.join(scene.folder, 'other.db')
      createDatabase(other, 1024, 300)
      await scene.app.call('replaceBy', other)
      await scene.insert(2)
    },
    start: 'continue',
    upload: 'whole',
    quick: true,
  },
  {
    name: 'an older copy of itself takes its place',
    act: async (scene) => {
      const older = path.join(scene.folder, 'older.db')
      await scene.copy(older)
      await scene.insert(30)
      await scene.syncAndCompare()
      await scene.app.call('replaceBy', older)
    },
    start: 'continue',
    upload: 'difference',
    quick: true,
  },
  {
    name: 'the state folder is deleted',
    act: async (scene) => {
      await scene.insert(3)
      rmSync(scene.meta, { recursive: true })
    },
    start: 'rebase',
    upload: 'difference',
    quick: true,
  },
  {
    name: 'the replica is emptied',
    act: async (scene) => {
      await scene.insert(3)
      rmSync(scene.replica, { recursive: true })
    },
    start: 'continue',
    upload: 'whole',
  },
  {
    name: 'the replica is emptied and the first local files are gone',
    act: async (scene) => {
      await scene.insert(3)
      rmSync(scene.replica, { recursive: true })
      rmSync(path.join(scene.meta, 'ltx/0/0000000000000001-0000000000000001.ltx'))
    },
    start: 'republish',
    upload: 'whole',
  },
  {
    name: 'the replica is ahead: a copy of the database and its state went on elsewhere',
    act: async (scene) => {
      const elsewhere = path.join(scene.folder, 'elsewhere')
      await scene.app.call('closeAll')
      cpSync(scene.database, path.join(elsewhere, 'app.db'))
      cpSync(scene.meta, path.join(elsewhere, '.app.db-litestream'), { recursive: true })
      await scene.goOnElsewhere(path.join(elsewhere, 'app.db'))
      await scene.insert(7)
    },
    start: 'rebase',
    upload: 'difference',
  },
]
