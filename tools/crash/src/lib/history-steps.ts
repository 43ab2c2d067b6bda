import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultPlan } from '@ltx/client-core/faults'
import { filesUnder } from './files-under.ts'
import { UNREACHABLE, type HistoryWorld } from './history-world.ts'
import type { Seeded } from './seeded.ts'

export interface Step {
  readonly name: string
  readonly weight: number
  /** Absent: always. */
  readonly when?: (world: HistoryWorld) => boolean
  readonly act: (world: HistoryWorld) => Promise<void>
}

const FLAKY: FaultPlan = {
  rates: { fail: 0.2, loseReply: 0.15, breakOff: 0.15, truncate: 0.05, delayMsMax: 30 },
}

const isDown = (world: HistoryWorld): boolean => !world.isFollowed
const hasBackup = (world: HistoryWorld): boolean => existsSync(path.join(world.folder, 'backup.db'))
const isUp = (world: HistoryWorld): boolean => world.isFollowed

export const STEPS: readonly Step[] = [
  { name: 'the application works', weight: 10, act: (world) => work(world, 20, 400) },
  {
    name: 'the application ends and starts again',
    weight: 3,
    act: async (world) => {
      await world.stopApp(world.random.pick(['close', 'kill']))
      await world.startApp()
    },
  },
  {
    name: 'the replicator starts',
    weight: 8,
    when: isDown,
    act: async (world) => {
      await world.startReplicator(world.random.pick([{}, {}, FLAKY, UNREACHABLE, UNREACHABLE]))
      if (world.random.chance(0.7)) await work(world, 0, 600)
    },
  },
  { name: 'the replicator is killed', weight: 4, when: isUp, act: (world) => world.stopReplicator('kill') },
  { name: 'the replicator is closed', weight: 2, when: isUp, act: (world) => world.stopReplicator('close') },
  {
    name: 'the way to the replica changes, and the disk',
    weight: 5,
    when: isUp,
    act: async (world) => {
      const { random } = world
      const disk = world.job.hostility?.diskFaults ?? 0
      await world.tell('setFaults', random.pick([{}, FLAKY, UNREACHABLE]), random.pick([0, disk]))
    },
  },
  {
    name: 'a poll, a snapshot, a sleep or a reset',
    weight: 4,
    when: isUp,
    act: (world) => world.tell(world.random.pick(['look', 'look', 'snapshot', 'sleep', 'sleep', 'reset'])),
  },
  { name: 'local files are damaged', weight: 4, act: (world) => damage(world) },
  {
    name: 'an older backup is copied or moved over the database',
    weight: 2,
    when: (world) => isDown(world) && hasBackup(world),
    act: (world) => goBack(world, world.random.pick(['copy', 'move'])),
  },
  {
    name: 'an older backup is moved over the database under our eyes',
    weight: 1,
    when: (world) => isUp(world) && hasBackup(world),
    act: (world) => goBack(world, 'move'),
  },
  {
    name: 'another machine goes on',
    weight: 1,
    when: (world) => isDown(world) && world.isRestorable,
    act: async (world) => {
      await world.app?.call('pause')
      await world.goOnElsewhere()
    },
  },
  {
    name: 'the replica is emptied',
    weight: 1,
    when: isDown,
    act: (world) => Promise.resolve(world.emptyReplica()),
  },
  { name: 'a moment', weight: 4, act: (world) => world.moment() },
]

export function nextStep(world: HistoryWorld): Step {
  const possible = STEPS.filter(({ when }) => when === undefined || when(world))
  let at = world.random.next() * possible.reduce((sum, { weight }) => sum + weight, 0)
  const found = possible.find(({ weight }) => (at -= weight) < 0)
  if (found === undefined) throw new Error('invariant broken: some step is always possible')
  return found
}

async function work(world: HistoryWorld, msMin: number, msMax: number): Promise<void> {
  await world.app?.call('run')
  await sleep(world.random.whole(msMin, msMax))
  if (world.random.chance(0.5)) await world.app?.call('pause')
}

/**
 * The application closes, its files are replaced by a backup, and it comes back. Where we have the database open its WAL outlives the
 * application's last connection, and has to go with it, or SQLite would read it as the backup's.
 */
async function goBack(world: HistoryWorld, how: 'copy' | 'move'): Promise<void> {
  await world.stopApp('close')
  const [backup, moved] = ['backup.db', 'moved.db'].map((name) => path.join(world.folder, name))
  if (backup === undefined || moved === undefined) return
  copyFileSync(backup, moved)
  for (const suffix of ['-wal', '-shm']) rmSync(world.database + suffix, { force: true })
  if (how === 'copy') copyFileSync(backup, world.database)
  else renameSync(moved, world.database)
  rmSync(moved, { force: true })
  await world.startApp()
}

/** Local state, while nobody uses it; level 0 files also while somebody does. */
async function damage(world: HistoryWorld): Promise<void> {
  const { random } = world
  const names = [...filesUnder(world.meta).keys()].filter((name) => isFair(world, name))
  const [first, ...others] = names
  if (first === undefined) return
  if (!world.isFollowed && random.chance(0.15)) return rmSync(world.meta, { recursive: true, force: true })
  for (let count = random.whole(1, 3); count > 0; count--) {
    damageFile(path.join(world.meta, random.pick([first, ...others])), random)
  }
}

function isFair(world: HistoryWorld, name: string): boolean {
  if (name.startsWith('lock')) return false
  return !world.isFollowed || (name.startsWith('ltx') && name.endsWith('.ltx'))
}

function damageFile(file: string, random: Seeded): void {
  try {
    const { size } = statSync(file)
    const how = random.pick(['remove', 'truncate', 'flip', 'flip'])
    if (how === 'remove') rmSync(file)
    else if (how === 'truncate') truncateSync(file, random.whole(0, size))
    else if (size > 0) flip(file, random.whole(0, size - 1), random.whole(1, 255))
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ENOENT') throw error
  }
}

function flip(file: string, at: number, byte: number): void {
  const handle = openSync(file, 'r+')
  writeSync(handle, Uint8Array.of(byte), 0, 1, at)
  closeSync(handle)
}
