/** Characters of names, hosts with their ports, and paths; of a URL with a password, a query or an escape there is always another. */
const PLAIN = /^(?:[\w./ -]|:(?=\/|\d+(?:\/|$))){0,100}$/

/** What stands where a name may hold a secret. */
export const HIDDEN_NAME = '"…" (not shown, for it may hold a password)'

/**
 * What a user gave for a name, in quotes, for a message. A text with other characters than names have may be a piece of a URL with a
 * password or a key in it, and is not shown.
 */
export function shownName(text: string): string {
  return isPlainName(text) ? `"${text}"` : HIDDEN_NAME
}

export function isPlainName(text: string): boolean {
  return PLAIN.test(text)
}
