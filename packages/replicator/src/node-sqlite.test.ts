import { driverChecks } from '../test/driver-checks.ts'
import { nodeSqliteDriver } from './node-sqlite.ts'

driverChecks(nodeSqliteDriver())
