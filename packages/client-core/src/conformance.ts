export { replicaClientConformance } from './lib/conformance/suite.ts'
export type { Runner } from './lib/conformance/suite.ts'
export type { Ability, ConformanceSubject, ProvokedFailure } from './lib/conformance/subject.ts'
