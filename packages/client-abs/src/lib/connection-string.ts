/** What a connection string of Azure says. */
export interface ConnectionString {
  readonly account: string | undefined
  readonly accountKey: string | undefined
  readonly sasToken: string | undefined
  /** Of the blob service. */
  readonly endpoint: string | undefined
}

/** The account of every emulator, with the key that Microsoft has published for it. */
const DEVELOPMENT: ConnectionString = {
  account: 'devstoreaccount1',
  accountKey: 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
  sasToken: undefined,
  endpoint: 'http://127.0.0.1:10000/devstoreaccount1',
}

/**
 * Reads `Name=value;…` in any order; names in any case. `null` when it is none: the text is a secret, and must not be in a message.
 *
 * @see learn.microsoft.com, "Configure Azure Storage connection strings"
 */
export function parseConnectionString(text: string): ConnectionString | null {
  const values = new Map<string, string>()
  for (const part of text.split(';')) {
    if (part.trim() === '') continue
    const equals = part.indexOf('=')
    if (equals < 1) return null
    values.set(part.slice(0, equals).trim().toLowerCase(), part.slice(equals + 1).trim())
  }
  if (values.get('usedevelopmentstorage')?.toLowerCase() === 'true') return DEVELOPMENT
  const account = values.get('accountname')
  const suffix = values.get('endpointsuffix') ?? 'core.windows.net'
  const protocol = values.get('defaultendpointsprotocol') ?? 'https'
  const endpoint = values.get('blobendpoint') ?? (account && `${protocol}://${account}.blob.${suffix}`)
  if (endpoint === undefined) return null
  const sasToken = values.get('sharedaccesssignature')
  return { account, accountKey: values.get('accountkey'), sasToken, endpoint }
}
