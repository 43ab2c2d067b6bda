import { abortCases } from './abort.ts'
import { closeCases } from './close.ts'
import { createOnlyCases } from './create-only.ts'
import { deleteCases } from './delete.ts'
import { errorCases } from './errors.ts'
import { listCases } from './list.ts'
import { readCases } from './read.ts'
import { runCase, type ConformanceCase } from './scene.ts'
import type { Ability, ConformanceSubject } from './subject.ts'
import { timestampCases } from './timestamps.ts'
import { writeCases } from './write.ts'

/** What we need of a test runner: vitest, node:test, jest and bun all fit. */
export interface Runner {
  describe(name: string, body: () => void): void
  test(name: string, body: () => Promise<void>): unknown
  /** For what the subject lacks, as `test.skip`. Without it a subject must lack nothing. */
  skip?(name: string, body: () => Promise<void>): unknown
}

const TOPICS: Readonly<Record<string, readonly ConformanceCase[]>> = {
  listFiles: listCases,
  readFile: readCases,
  writeFile: writeCases,
  'create-only writes': createOnlyCases,
  deletes: deleteCases,
  timestamps: timestampCases,
  aborts: abortCases,
  errors: errorCases,
  close: closeCases,
}

/** The function of a subject without which these cases cannot run. */
const PROVIDED_BY: Readonly<Partial<Record<Ability, readonly (keyof ConformanceSubject)[]>>> = {
  'second-client': ['another'],
  'foreign-objects': ['putForeign', 'hasForeign'],
  'counted-listings': ['listRequests'],
  'provoked-failures': ['failNext'],
}

/**
 * Registers the whole suite: every promise of `ReplicaClient` that can be seen from outside.
 *
 * @throws {TypeError} when the subject neither provides something nor says in `lacks` why not
 */
export function replicaClientConformance(runner: Runner, subject: ConformanceSubject): void {
  checkSubject(subject)
  for (const [topic, cases] of Object.entries(TOPICS)) {
    runner.describe(topic, () => {
      for (const each of cases) registerCase(runner, subject, each)
    })
  }
}

function registerCase(runner: Runner, subject: ConformanceSubject, each: ConformanceCase): void {
  const reasons = (each.needs ?? [])
    .map((ability) => subject.lacks?.[ability])
    .filter((reason) => reason !== undefined)
  const body = (): Promise<void> => runCase(each, subject)
  if (reasons.length === 0) {
    runner.test(each.name, body)
    return
  }
  if (runner.skip === undefined)
    throw new TypeError('the subject lacks something: give the suite `skip`, too')
  runner.skip(`${each.name} [not run: ${reasons.join('; ')}]`, body)
}

function checkSubject(subject: ConformanceSubject): void {
  for (const [ability, names] of Object.entries(PROVIDED_BY)) {
    if (subject.lacks?.[ability as Ability] !== undefined) continue
    const missing = names.filter((name) => subject[name] === undefined)
    if (missing.length > 0) {
      throw new TypeError(
        `give the suite ${missing.join(' and ')}, or say in lacks[${JSON.stringify(ability)}] why not`,
      )
    }
  }
}
