export type Query = Readonly<Record<string, string | number | undefined>>

/** `null`: a word without a value, as `uploads`. */
export type SubResources = Readonly<Record<string, string | number | null>>

/** Where a request goes, as it is on the wire: names of objects are kept to the byte, dots and slashes too. */
export function requestTarget(
  place: { readonly bucket: string; readonly key: string; readonly pathStyle: boolean },
  query: Query,
  subResources: SubResources,
): string {
  const { bucket, key, pathStyle } = place
  const path = `/${pathStyle ? `${bucket}/` : ''}${escaped(key).replaceAll('%2F', '/')}`
  const words = Object.entries({ ...withoutEmpty(query), ...subResources }).map(([name, value]) =>
    value === null ? escaped(name) : `${escaped(name)}=${escaped(String(value))}`,
  )
  return words.length === 0 ? path : `${path}?${words.join('&')}`
}

/** Those with a value: an empty one is signed in one way and sent in another. */
export function withoutEmpty(query: Query): Record<string, string | number> {
  const given = Object.entries(query).filter(
    (entry): entry is [string, string | number] => entry[1] !== undefined && entry[1] !== '',
  )
  return Object.fromEntries(given)
}

/** As RFC 3986 has it. */
function escaped(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
