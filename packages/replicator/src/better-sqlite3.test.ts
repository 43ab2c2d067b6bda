import { driverChecks } from '../test/driver-checks.ts'
import { betterSqlite3Driver } from './better-sqlite3.ts'

driverChecks(betterSqlite3Driver())
