import { checkpointStall } from '../measures/checkpoint-stall.ts'
import { commitLatency } from '../measures/commit-latency.ts'
import { commitToReplica } from '../measures/commit-to-replica.ts'
import { compaction } from '../measures/compaction.ts'
import { directory } from '../measures/directory.ts'
import { encodeDecode } from '../measures/encode-decode.ts'
import { firstReplication } from '../measures/first-replication.ts'
import { idleDatabases } from '../measures/idle-databases.ts'
import { kernels } from '../measures/kernels.ts'
import { levelOne } from '../measures/level-one.ts'
import { manyDatabases } from '../measures/many-databases.ts'
import { requests } from '../measures/requests.ts'
import { restartBytes } from '../measures/restart-bytes.ts'
import { restoreSlowLine } from '../measures/restore-slow-line.ts'
import { restoreSmallFiles } from '../measures/restore-small-files.ts'
import { restoreSnapshot } from '../measures/restore-snapshot.ts'
import { startUp } from '../measures/start-up.ts'
import { syncThroughput } from '../measures/sync-throughput.ts'
import { tenThousand } from '../measures/ten-thousand.ts'
import { walSize } from '../measures/wal-size.ts'
import type { Measure } from './measure.ts'

/** In the order in which they run. A new one is a file in `measures` and a line here. */
export const MEASURES: readonly Measure[] = [
  kernels,
  encodeDecode,
  compaction,
  levelOne,
  restoreSnapshot,
  restoreSmallFiles,
  restoreSlowLine,
  firstReplication,
  restartBytes,
  requests,
  syncThroughput,
  walSize,
  commitToReplica,
  commitLatency,
  checkpointStall,
  idleDatabases,
  manyDatabases,
  tenThousand,
  directory,
  startUp,
]
