/** Who goes when: A B B A A B B A …, so that a machine that gets slower or faster is no one's gain. */
export function abbaOrder<Side>(first: Side, second: Side, rounds: number): Side[] {
  return Array.from({ length: rounds }, (_, round) =>
    round % 2 === 0 ? [first, second] : [second, first],
  ).flat()
}
