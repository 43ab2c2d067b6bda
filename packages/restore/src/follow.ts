export type { LockDatabase } from './lib/follow/database-lock.ts'
export type { FollowEvent, RebaseReason } from './lib/follow/follow-event.ts'
export { follow } from './lib/follow/follow.ts'
export type { FollowOptions, FollowResult } from './lib/follow/follow.ts'
