const HIDDEN = 'REDACTED'

/**
 * Takes the signature of a SAS token out of an error and its causes: the token is part of the URL, and what stands in between (a proxy,
 * a portal) may repeat the URL in its answer, which the library then quotes.
 */
export function hideToken(error: unknown, token: string): void {
  const signature = new URLSearchParams(token).get('sig') ?? ''
  if (signature === '') return
  const shown = new Set([signature, encodeURIComponent(signature), rawSignature(token)])
  for (let each = error, depth = 0; each instanceof Error && depth < 8; each = each.cause, depth++) {
    for (const text of shown) {
      if (text === '') continue
      if (each.message.includes(text)) each.message = each.message.replaceAll(text, HIDDEN)
      if (each.stack?.includes(text) === true) each.stack = each.stack.replaceAll(text, HIDDEN)
    }
  }
}

/** As it stands in the token: escapes may be written in lower case. */
function rawSignature(token: string): string {
  return /(?:^|&)sig=([^&]*)/.exec(token)?.[1] ?? ''
}
