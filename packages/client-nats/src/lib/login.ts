import type { Env } from '@ltx/env'
import type { Authenticator, ConnectionOptions, Sdk, TlsOptions } from './connect.ts'
import { badOptions, type Login, type NatsSettings, type TlsFiles } from './options.ts'

/** No larger file is a certificate, or credentials. */
const FILE_BYTES_MAX: number = 1024 * 1024

/**
 * What lets us in, as the SDK takes it. Files are read now, so that new ones count at the next connection.
 *
 * @throws {ClientError} `CLIENT_BAD_OPTIONS`: a file that cannot be read, or a key that is none
 */
export async function loginOptions(
  sdk: Sdk,
  settings: NatsSettings,
): Promise<Pick<ConnectionOptions, 'authenticator' | 'tls'>> {
  const { login, tls, env } = settings
  const authenticator = await authenticatorOf(sdk, login, env)
  return {
    ...(authenticator === null ? {} : { authenticator }),
    ...(tls === null ? {} : { tls: await tlsOptions(tls, env) }),
  }
}

async function authenticatorOf(sdk: Sdk, login: Login, env: Env): Promise<Authenticator | null> {
  switch (login.kind) {
    case 'none':
      return null
    case 'jwt':
      return tried(sdk.jwtAuthenticator(login.jwt, encoded(login.seed)), 'seed is not the seed of a key: SU…')
    case 'creds': {
      const content = await readPem(env, 'creds', login.file)
      return tried(sdk.credsAuthenticator(encoded(content)), `creds: ${login.file} has no JWT with its seed`)
    }
    case 'nkey':
      return tried(
        sdk.nkeyAuthenticator(encoded(login.seed)),
        'the seed of nkey is not the seed of a key: SU…',
      )
    case 'password':
      return sdk.usernamePasswordAuthenticator(login.username, login.password)
    case 'token':
      return sdk.tokenAuthenticator(login.token)
  }
}

/** Signs something: in the middle of a connection, the SDK has no good way to say that it cannot. */
function tried(authenticator: Authenticator, message: string): Authenticator {
  try {
    authenticator('a challenge')
  } catch {
    throw badOptions(message) // no cause: what the SDK says may have the key
  }
  return authenticator
}

async function tlsOptions({ rootCas, certificate }: TlsFiles, env: Env): Promise<TlsOptions> {
  const options: TlsOptions & { ca?: string } = {}
  if (rootCas.length > 0) {
    const texts = await Promise.all(rootCas.map((file) => readPem(env, 'root-cas', file)))
    options.ca = texts.join('\n')
  }
  if (certificate !== null) {
    options.cert = await readPem(env, 'client-cert', certificate.cert)
    options.key = await readPem(env, 'client-key', certificate.key)
  }
  return options
}

async function readPem({ files }: Env, option: string, path: string): Promise<string> {
  try {
    await using handle = await files.open(path, 'read')
    const { size } = await handle.stat()
    if (size > FILE_BYTES_MAX) throw new Error(`${size} bytes`)
    const bytes = new Uint8Array(size)
    const length = await handle.read(bytes, 0)
    return new TextDecoder().decode(bytes.subarray(0, length))
  } catch (cause) {
    throw badOptions(`cannot read the file of ${option}, ${path}`, { cause })
  }
}

function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
