export type { Fault, FaultedCall, FaultPlan, FaultRates, FaultRule } from './lib/faults/fault-plan.ts'
export { withFaults } from './lib/faults/with-faults.ts'
export type { FaultyClient } from './lib/faults/with-faults.ts'
