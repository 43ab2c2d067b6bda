import { join } from 'node:path'
import { restoreLegacy } from '@ltx/restore/legacy'
import { humanSize } from '../text/human-size.ts'
import type { Findings } from './finding.ts'
import { checkIntegrity, placeFor, reportOf, type VerifyJob, type VerifyReport } from './verify-job.ts'

/** A replica of Litestream 0.3 has neither levels nor checksums of pages: it is restored, and SQLite looks at it. */
export async function verifyLegacy(job: VerifyJob, findings: Findings): Promise<VerifyReport> {
  const { client, env, parallelism, onProgress, signal } = job
  await using place = await placeFor(job)
  const outputPath = join(place.path, 'restored.db')
  const result = await findings.add('restore', async () => {
    const options = { client, env, outputPath, parallelism, onProgress, signal, mode: 0o600 }
    const restored = await restoreLegacy(options)
    const found = `${humanSize(restored.bytes)}, generation ${restored.generation}`
    return { found, result: restored }
  })
  if (result === null) findings.omit(['integrity'], 'after "restore" failed')
  else await findings.add('integrity', async () => await checkIntegrity(job, outputPath))
  findings.omit(['compare'], 'Litestream 0.3 keeps no page checksums')
  return reportOf(findings, result === null ? null : { ...result, txid: null })
}
