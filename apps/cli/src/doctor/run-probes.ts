import { describeError } from '../program/errors.ts'
import type { Finding } from './finding.ts'
import { LACKING, type Probe, type ProbeBench } from './probes.ts'

/**
 * Runs one check after the other. After one that is needed has failed the rest is skipped: it would only repeat the failure. Removes
 * what the checks wrote, also when it is stopped.
 *
 * @throws the signal's reason, when it fires
 */
export async function runProbes(probes: readonly Probe[], bench: ProbeBench): Promise<Finding[]> {
  const findings: Finding[] = []
  let because = null as string | null
  try {
    for (const probe of probes) {
      bench.signal.throwIfAborted()
      const finding = because === null ? await runProbe(probe, bench) : skipped(probe, because)
      if (finding.result === 'failed' && finding.needed) because = probe.check
      findings.push(finding)
    }
  } finally {
    if (because === null || findings.some(({ check, result }) => check === 'write' && result !== 'skipped')) {
      findings.push(await cleanUp(bench))
    }
  }
  return findings
}

async function runProbe(probe: Probe, bench: ProbeBench): Promise<Finding> {
  const { check, needed, means } = probe
  const { clock } = bench.env
  const startedMs = clock.elapsedMs()
  const finding = (result: Finding['result'], found: string): Finding => {
    const isGood = result === 'ok'
    return {
      check,
      result,
      needed,
      found,
      means: isGood ? '' : means,
      durationMs: clock.elapsedMs() - startedMs,
    }
  }
  try {
    const found = await probe.run(bench)
    return found.startsWith(LACKING) ? finding('no', found.slice(LACKING.length)) : finding('ok', found)
  } catch (error) {
    bench.signal.throwIfAborted()
    return finding('failed', describeError(error))
  }
}

function skipped({ check, needed }: Probe, because: string): Finding {
  return { check, result: 'skipped', needed, found: `after "${because}" failed`, means: '', durationMs: 0 }
}

/** Not with the signal of the checks: when they are stopped there is most to clean up. */
async function cleanUp({ client, env, removeFolders }: ProbeBench): Promise<Finding> {
  const startedMs = env.clock.elapsedMs()
  const common = { check: 'clean up', needed: true }
  try {
    await client.deleteAll()
    await removeFolders?.()
    return {
      ...common,
      result: 'ok',
      found: 'nothing left',
      means: '',
      durationMs: env.clock.elapsedMs() - startedMs,
    }
  } catch (error) {
    return {
      ...common,
      result: 'failed',
      found: describeError(error),
      means: `remove what is below ${client.url} by hand`,
      durationMs: env.clock.elapsedMs() - startedMs,
    }
  }
}
