import { describe, test } from 'vitest'
import { replicaClientConformance } from './suite.ts'
import { memorySubject } from '../../../test/memory-subject.ts'

replicaClientConformance({ describe, test }, memorySubject())
