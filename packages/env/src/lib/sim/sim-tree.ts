import { systemError } from '../system-error.ts'
import { SimDirectory } from './sim-directory.ts'
import type { SimNode } from './sim-node.ts'

/** Where a name is, or would be. */
export interface Entry {
  readonly directory: SimDirectory
  readonly directoryPath: string
  readonly name: string
  readonly node: SimNode | null
}

/** The parts of a path from the root. There is no working directory: a relative path starts at the root too. */
export function pathParts(path: string): string[] {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts
}

/** The one way of writing a path. */
export function plainPath(path: string): string {
  return `/${pathParts(path).join('/')}`
}

/** The node at `path`, or `null`. `ENOTDIR` when something on the way is a file. */
export function findNode(root: SimDirectory, path: string, syscall: string): SimNode | null {
  let node: SimNode = root
  for (const part of pathParts(path)) {
    if (!(node instanceof SimDirectory)) throw systemError('ENOTDIR', syscall, path)
    const next: SimNode | undefined = node.get(part)
    if (next === undefined) return null
    node = next
  }
  return node
}

export function mustFind(root: SimDirectory, path: string, syscall: string): SimNode {
  const node = findNode(root, path, syscall)
  if (node === null) throw systemError('ENOENT', syscall, path)
  return node
}

export function mustFindDirectory(root: SimDirectory, path: string, syscall: string): SimDirectory {
  const node = mustFind(root, path, syscall)
  if (!(node instanceof SimDirectory)) throw systemError('ENOTDIR', syscall, path)
  return node
}

/** The place of a name in a directory that exists. The root has none: `EINVAL`. */
export function findEntry(root: SimDirectory, path: string, syscall: string): Entry {
  const parts = pathParts(path)
  const name = parts.pop()
  if (name === undefined) throw systemError('EINVAL', syscall, path)
  const directoryPath = `/${parts.join('/')}`
  const directory = mustFindDirectory(root, directoryPath, syscall)
  return { directory, directoryPath, name, node: directory.get(name) ?? null }
}

/** Every node below, once each, though hard links may name it twice. */
export function nodesBelow(root: SimDirectory): Set<SimNode> {
  const seen = new Set<SimNode>()
  const left: SimNode[] = [root]
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if (seen.has(node)) continue
    seen.add(node)
    if (node instanceof SimDirectory) left.push(...node.nodes())
  }
  return seen
}
