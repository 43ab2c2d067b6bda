/** What `node --cpu-prof` writes, as far as it is used here. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string }
  }[]
  /** The node that ran, at each sample. */
  readonly samples: readonly number[]
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[]
}

export const IDLE = 'idle'
const FILE_CALL =
  /^(?:open|openFileHandle|close|read|readBuffers|write\w*|f?stat|fsync|fdatasync|rename|readdir|scandir|mkdir|unlink|rmdir|ftruncate|fchmod|fchown)$/

/** Milliseconds of each stage in one thread, its own time alone. */
export function stagesOf({ nodes, samples, timeDeltas }: CpuProfile): Map<string, number> {
  const stageOfNode = new Map(nodes.map(({ id, callFrame }) => [id, stageOf(callFrame)]))
  const stages = new Map<string, number>()
  for (const [index, id] of samples.entries()) {
    const stage = stageOfNode.get(id) ?? 'other'
    stages.set(stage, (stages.get(stage) ?? 0) + (timeDeltas[index] ?? 0) / 1000)
  }
  return stages
}

function stageOf({ functionName, url }: CpuProfile['nodes'][number]['callFrame']): string {
  if (functionName === '(idle)') return IDLE
  if (functionName === '(garbage collector)') return 'garbage collector'
  if (url.startsWith('wasm:')) return 'kernels: WebAssembly'
  const ltx = /(?:@ltx\/|\/packages\/|\/apps\/)([a-z0-9-]+)\//.exec(url)?.[1]
  if (ltx !== undefined) return ltx === 'kernels' ? 'kernels: around it' : `@ltx/${ltx}`
  const library = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1]
  if (library !== undefined) return library
  if (/^node:internal\/(?:modules|bootstrap|main|process|vm|url)|^node:vm/.test(url))
    return 'Node: start, modules'
  if (/^node:(?:internal\/)?fs/.test(url)) return 'Node: files'
  if (url.startsWith('node:')) return 'Node: other'
  if (FILE_CALL.test(functionName)) return 'file calls'
  if (
    /^(?:compileSourceTextModule|compileForInternalLoader|wrapSafe|readFileUtf8|internalModuleStat|readPackageJSON|getNearestParentPackageJSON)$/.test(
      functionName,
    )
  )
    return 'Node: start, modules'
  if (functionName === '(program)') return 'native code'
  return 'other'
}
