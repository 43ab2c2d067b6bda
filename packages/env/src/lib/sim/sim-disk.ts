import type { FileStat, OpenMode, OpenOptions } from '../files.ts'
import { systemError } from '../system-error.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { SimClock } from './sim-clock.ts'
import { SimDirectory } from './sim-directory.ts'
import { SimFaults } from './sim-faults.ts'
import { type CrashKeeps, SimFile } from './sim-file.ts'
import type { NodeFields, SimNode } from './sim-node.ts'
import {
  type Entry,
  findEntry,
  findNode,
  mustFind,
  mustFindDirectory,
  nodesBelow,
  pathParts,
} from './sim-tree.ts'
import { SimWatches } from './sim-watches.ts'

/** A disk in memory with one tree of files. It outlives the simulated processes that use it. */
export class SimDisk {
  readonly faults: SimFaults = new SimFaults()
  readonly watches: SimWatches = new SimWatches()
  /** Bytes of file content that fit; more is `ENOSPC`. */
  capacityBytes: number = Infinity
  /** A file system without hard links answers `link` with `EPERM`. */
  hasHardLinks = true
  readonly #clock: SimClock
  readonly #random: SeededRandom
  readonly #root: SimDirectory
  #inodes = 0n

  constructor(clock: SimClock, random: SeededRandom) {
    this.#clock = clock
    this.#random = random
    this.#root = new SimDirectory(this.#newFields(0o755))
  }

  /** Power loss: what was not synced is gone, or a random part of it is there (`some`). */
  crash(keeps: CrashKeeps): void {
    const crashed = new Set<SimNode>()
    // Going back in time brings other nodes into the tree, so look again until no new one appears.
    for (let left: SimNode[] = [this.#root]; left.length > 0;) {
      for (const node of left) node.crash(keeps, this.#random)
      for (const node of left) crashed.add(node)
      left = [...nodesBelow(this.#root)].filter((node) => !crashed.has(node))
    }
    this.watches.dropAll()
  }

  usedBytes(): number {
    let bytes = 0
    for (const node of nodesBelow(this.#root)) if (node instanceof SimFile) bytes += node.size
    return bytes
  }

  open(path: string, mode: OpenMode, options: OpenOptions): SimFile {
    const makes = mode === 'create' || mode === 'create-new'
    if (pathParts(path).length === 0)
      throw systemError(mode === 'create-new' ? 'EEXIST' : 'EISDIR', 'open', path)
    const entry = findEntry(this.#root, path, 'open')
    if (entry.node === null) {
      if (!makes) throw systemError('ENOENT', 'open', path)
      const file = new SimFile(this.#newFields(options.mode ?? 0o600))
      this.#setEntries(entry.directory, entry.directoryPath, new Map([[entry.name, file]]))
      return file
    }
    if (mode === 'create-new') throw systemError('EEXIST', 'open', path)
    if (!(entry.node instanceof SimFile)) throw systemError('EISDIR', 'open', path)
    if (mode === 'create' && entry.node.size > 0) {
      entry.node.truncate(0)
      this.touch(entry.node, path)
    }
    return entry.node
  }

  stat(path: string): FileStat | null {
    const node = findNode(this.#root, path, 'stat')
    return node === null ? null : nodeStat(node)
  }

  list(path: string): string[] {
    return mustFindDirectory(this.#root, path, 'scandir').names()
  }

  /** What it makes is durable: the real one syncs the parents as well. */
  makeDirectory(path: string, options: OpenOptions): void {
    let directory = this.#root
    let directoryPath = ''
    const parts = pathParts(path)
    for (const [index, name] of parts.entries()) {
      let next = directory.get(name)
      if (next === undefined) {
        next = new SimDirectory(this.#newFields(options.mode ?? 0o700))
        this.#setEntries(directory, directoryPath === '' ? '/' : directoryPath, new Map([[name, next]]))
        directory.sync()
      }
      if (!(next instanceof SimDirectory)) {
        throw systemError(index === parts.length - 1 ? 'EEXIST' : 'ENOTDIR', 'mkdir', path)
      }
      directory = next
      directoryPath += `/${name}`
    }
  }

  rename(from: string, to: string): void {
    const source = findEntry(this.#root, from, 'rename')
    const target = findEntry(this.#root, to, 'rename')
    const { node } = source
    if (node === null) throw systemError('ENOENT', 'rename', from)
    if (node === target.node) return // two names of one file: POSIX leaves both
    checkReplaceable(node, target, to)
    if (source.directory === target.directory) {
      const change = new Map<string, SimNode | null>([[source.name, null]])
      this.#setEntries(source.directory, source.directoryPath, change.set(target.name, node))
    } else {
      this.#setEntries(target.directory, target.directoryPath, new Map([[target.name, node]]))
      this.#setEntries(source.directory, source.directoryPath, new Map([[source.name, null]]))
    }
    this.#changed(node, {})
  }

  link(from: string, to: string): void {
    const node = mustFind(this.#root, from, 'link')
    const target = findEntry(this.#root, to, 'link')
    if (target.node !== null) throw systemError('EEXIST', 'link', to)
    if (!(node instanceof SimFile) || !this.hasHardLinks) throw systemError('EPERM', 'link', from)
    this.#setEntries(target.directory, target.directoryPath, new Map([[target.name, node]]))
    this.#changed(node, {})
  }

  remove(path: string): void {
    if (findNode(this.#root, path, 'unlink') === null) return
    const entry = findEntry(this.#root, path, 'unlink')
    if (entry.node instanceof SimDirectory) throw systemError('EISDIR', 'unlink', path)
    this.#setEntries(entry.directory, entry.directoryPath, new Map([[entry.name, null]]))
  }

  removeTree(path: string): void {
    if (findNode(this.#root, path, 'rm') === null) return
    const entry = findEntry(this.#root, path, 'rm')
    this.#setEntries(entry.directory, entry.directoryPath, new Map([[entry.name, null]]))
  }

  syncDirectory(path: string): void {
    mustFindDirectory(this.#root, path, 'open').sync()
  }

  /** A watch needs a directory that is there. */
  checkDirectory(path: string): void {
    mustFindDirectory(this.#root, path, 'watch')
  }

  setFields(path: string, fields: Partial<NodeFields>, syscall: string): void {
    this.#changed(mustFind(this.#root, path, syscall), fields)
    this.#notify(path)
  }

  /** After a change of a file's content. */
  touch(file: SimFile, path: string): void {
    this.#changed(file, { mtimeNs: this.#nowNs() })
    this.#notify(path)
  }

  setTimes(file: SimFile, path: string, mtimeNs: bigint): void {
    this.#changed(file, { mtimeNs })
    this.#notify(path)
  }

  #setEntries(directory: SimDirectory, path: string, change: ReadonlyMap<string, SimNode | null>): void {
    directory.change(change)
    this.#changed(directory, { mtimeNs: this.#nowNs() })
    for (const name of change.keys()) this.watches.notify(path, name)
  }

  #changed(node: SimNode, fields: Partial<NodeFields>): void {
    node.fields = { ...node.fields, ...fields, ctimeNs: this.#nowNs() }
  }

  #notify(path: string): void {
    const parts = pathParts(path)
    const name = parts.pop()
    if (name !== undefined) this.watches.notify(`/${parts.join('/')}`, name)
  }

  #newFields(mode: number): NodeFields {
    const nowNs = this.#nowNs()
    return { ino: ++this.#inodes, mode, uid: 0, gid: 0, mtimeNs: nowNs, ctimeNs: nowNs }
  }

  #nowNs(): bigint {
    return BigInt(this.#clock.wallMs()) * 1_000_000n
  }
}

export function nodeStat(node: SimNode): FileStat {
  return { kind: node.kind, size: node.size, dev: 1n, ...node.fields }
}

/** A file does not replace a directory, nor the reverse, nor a directory one that holds something. */
function checkReplaceable(node: SimNode, target: Entry, to: string): void {
  if (target.node === null) return
  if (target.node instanceof SimDirectory) {
    if (node instanceof SimFile) throw systemError('EISDIR', 'rename', to)
    if (target.node.names().length > 0) throw systemError('ENOTEMPTY', 'rename', to)
  } else if (node instanceof SimDirectory) {
    throw systemError('ENOTDIR', 'rename', to)
  }
}
