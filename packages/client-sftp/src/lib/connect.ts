import { systemErrorCode } from '@ltx/env'
import ssh2, {
  type AnyAuthMethod,
  type Client,
  type FileEntryWithStats,
  type AuthHandlerMiddleware,
  type ConnectConfig,
  type ParsedKey,
  type ServerHostKeyAlgorithm,
  type SFTPWrapper,
  type Stats,
} from 'ssh2'
import { diagnoseConnecting } from './diagnose-connecting.ts'
import { SftpConnectionError } from './errors.ts'
import type { SftpSettings } from './options.ts'
import { readSmallFile } from './read-small-file.ts'
import { hostVerifier, type HostVerifier } from './verify-host.ts'

/** What ssh2 says of a file, and of one in a directory. */
export type NativeStats = Omit<Stats, 'mode' | 'mtime' | 'size'> &
  Partial<Pick<Stats, 'mode' | 'mtime' | 'size'>> // a server may leave out any of them
export type NativeEntry = FileEntryWithStats

/** A session of SFTP as ssh2 has it. */
export type NativeSftp = SFTPWrapper

/** A connection with a session of SFTP in it. */
export interface Wire {
  readonly client: Client
  readonly sftp: NativeSftp
}

/** What became of logging in, for the message when it fails. */
export interface LoginStory {
  /** Methods that the server would take. */
  offered: readonly string[]
  /** Methods that were tried. */
  readonly tried: string[]
  /** What the agent said. */
  agentError: string | null
}

/** So many checks of a connection without an answer end it; two in the time in which a request is to be answered. */
const KEEPALIVES_MAX = 5

/** In the order of preference; ours of the same sort come first. */
const HOST_KEY_ALGORITHMS: readonly { readonly type: string; readonly names: readonly string[] }[] = [
  { type: 'ssh-ed25519', names: ['ssh-ed25519'] },
  { type: 'ecdsa-sha2-nistp256', names: ['ecdsa-sha2-nistp256'] },
  { type: 'ecdsa-sha2-nistp384', names: ['ecdsa-sha2-nistp384'] },
  { type: 'ecdsa-sha2-nistp521', names: ['ecdsa-sha2-nistp521'] },
  { type: 'ssh-rsa', names: ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'] },
]

/**
 * Connects, checks who is there, logs in, and begins SFTP.
 *
 * @throws {SftpConnectionError}
 */
export async function connectSftp(
  settings: SftpSettings,
  onUnknownHost: (fingerprint: string) => void,
  signal: AbortSignal,
): Promise<Wire> {
  const verifier = await hostVerifier(settings, onUnknownHost)
  const methods = await loginMethods(settings)
  signal.throwIfAborted()
  return await openWire(settings, verifier, methods, signal)
}

function openWire(
  settings: SftpSettings,
  verifier: HostVerifier,
  methods: readonly AnyAuthMethod[],
  signal: AbortSignal,
): Promise<Wire> {
  const { promise, resolve, reject } = Promise.withResolvers<Wire>()
  const story: LoginStory = { offered: [], tried: [], agentError: null }
  const client = new ssh2.Client()
  let wrongHost: SftpConnectionError | null = null
  const fail = (error: unknown): void => {
    settled()
    reject(wrongHost ?? diagnoseConnecting(error, settings, story))
    client.destroy()
  }
  const onAbort = (): void => {
    settled()
    reject(signal.reason)
    client.destroy()
  }
  const settled = (): void => {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  }
  const timer = setTimeout(() => {
    fail(new SftpConnectionError('unreachable', `no answer within ${settings.timeoutMs} ms while connecting`))
  }, settings.timeoutMs)
  signal.addEventListener('abort', onAbort, { once: true })
  client.on('error', (error: Error & { level?: string }) => {
    if (error.level === 'agent') story.agentError = error.message // the next method is tried
    else fail(error)
  })
  client.on('close', () => fail(new Error('the connection was closed')))
  client.on('ready', () => {
    client.sftp((error, sftp) => {
      if (error !== undefined && error !== null) {
        fail(error)
        return
      }
      settled()
      resolve({ client, sftp })
    })
  })
  const judge = (key: Buffer): boolean => {
    wrongHost = verifier.judge(key)
    return wrongHost === null
  }
  try {
    client.connect({
      host: settings.host,
      port: settings.port,
      username: settings.user,
      readyTimeout: 0, // ours counts, and goes on until SFTP is there
      keepaliveInterval: Math.ceil(settings.timeoutMs / 2),
      keepaliveCountMax: KEEPALIVES_MAX,
      hostVerifier: judge,
      algorithms: { serverHostKey: algorithmsFor(verifier.preferredTypes) },
      authHandler: loginHandler(settings.user, methods, story),
    } satisfies ConnectConfig)
    client.setNoDelay(true) // else uploads crawl: some hundred times slower
  } catch (error) {
    fail(error)
  }
  return promise
}

function algorithmsFor(preferred: readonly string[]): ServerHostKeyAlgorithm[] {
  const first = HOST_KEY_ALGORITHMS.filter(({ type }) => preferred.includes(type))
  const rest = HOST_KEY_ALGORITHMS.filter(({ type }) => !preferred.includes(type))
  return [...first, ...rest].flatMap(({ names }) => names) as ServerHostKeyAlgorithm[]
}

/** Password and key as Litestream has them; then what asks at the keyboard; an agent where there is nothing else. */
async function loginMethods(settings: SftpSettings): Promise<AnyAuthMethod[]> {
  const { user: username, password, keyPath, agent } = settings
  const methods: AnyAuthMethod[] = []
  if (password !== undefined) methods.push({ type: 'password', username, password })
  if (keyPath !== undefined) {
    methods.push({ type: 'publickey', username, key: await readPrivateKey(settings, keyPath) })
  }
  if (password !== undefined) {
    methods.push({
      type: 'keyboard-interactive',
      username,
      prompt: (_name, _instructions, _language, prompts, finish) =>
        finish(prompts.map(({ echo }) => (echo === true ? '' : password))),
    })
  }
  if (methods.length === 0 && agent !== undefined) methods.push({ type: 'agent', username, agent })
  return methods
}

/** Asks for nothing first, and so learns what the server takes; then each of ours that it takes, once. */
function loginHandler(
  username: string,
  methods: readonly AnyAuthMethod[],
  story: LoginStory,
): AuthHandlerMiddleware {
  const left = [...methods]
  let asked = false
  return (offered, _partial, next) => {
    if (!asked) {
      asked = true
      next({ type: 'none', username })
      return
    }
    story.offered = offered ?? []
    const at = left.findIndex(({ type }) => story.offered.includes(type === 'agent' ? 'publickey' : type))
    const [method] = at === -1 ? [] : left.splice(at, 1)
    if (method !== undefined) story.tried.push(method.type)
    next(method ?? (false as never)) // `false` ends it; the types do not know
  }
}

async function readPrivateKey({ env }: SftpSettings, path: string): Promise<ParsedKey> {
  let bytes: Uint8Array
  try {
    bytes = await readSmallFile(env.files, path)
  } catch (cause) {
    const detail = systemErrorCode(cause) ?? (cause instanceof Error ? cause.message : String(cause))
    throw new SftpConnectionError('options', `the private key ${path} cannot be read: ${detail}`, { cause })
  }
  const key = ssh2.utils.parseKey(Buffer.from(bytes))
  if (key instanceof Error) {
    if (/encrypted|passphrase/i.test(key.message)) {
      throw new SftpConnectionError(
        'options',
        `the private key ${path} has a passphrase: load it into an agent (SSH_AUTH_SOCK, and no key-path), or use a key without one`,
        { cause: key },
      )
    }
    throw new SftpConnectionError('options', `${path} is no private key: ${key.message}`, { cause: key })
  }
  const first: ParsedKey | undefined = Array.isArray(key) ? key[0] : key
  if (first === undefined || !first.isPrivateKey()) {
    throw new SftpConnectionError('options', `${path} is a public key: key-path names the private one`)
  }
  return first
}
