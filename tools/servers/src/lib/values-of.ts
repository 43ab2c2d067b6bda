/** All values; if there are failures, one error with the message of each. */
export function valuesOf<Value>(settled: readonly PromiseSettledResult<Value>[]): Value[] {
  const failures = settled
    .filter((result) => result.status === 'rejected')
    .map(({ reason }) => reason as Error)
  if (failures.length > 0)
    throw new AggregateError(failures, failures.map(({ message }) => message).join('\n'))
  return settled.filter((result) => result.status === 'fulfilled').map(({ value }) => value)
}
