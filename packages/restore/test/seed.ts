/** The seed of this run; `LTX_SEED` replays one. Random tests put it into their failures. */
export const SEED: number = Number(process.env['LTX_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

/** Says in the error how to see it again. */
export async function replayable(seed: number, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    throw new Error(`replay: LTX_SEED=${seed} vitest run`, { cause: error })
  }
}
