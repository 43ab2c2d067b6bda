const TYPES_ONLY =
  /^(?:import\b|export type\b|export interface\b|type\b|interface\b|declare\b|export declare\b|export \*|export \{)/
const BEHAVIOUR = /\bfunction\b|\bclass\b|=>/

/**
 * Whether there is something to test: a function, a class, an arrow. Types, re-exports and constants are not.
 *
 * @param code Stripped, and formatted: a top-level statement starts in column 0.
 */
export function hasBehaviour(code: string): boolean {
  return code.split(/\n(?=[a-zA-Z@])/).some((statement) => {
    const text = statement.trimStart()
    return !TYPES_ONLY.test(text) && BEHAVIOUR.test(text)
  })
}
