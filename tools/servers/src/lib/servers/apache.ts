import { createHash } from 'node:crypto'
import { chown, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { freePorts } from '../free-ports.ts'
import { installDebianPackage } from '../install-debian-package.ts'
import { randomPassword } from '../random-password.ts'
import { runProgram } from '../run-program.ts'
import type { ServerKind } from '../server-kind.ts'

const USER = 'ltx'
const REALM = 'ltx-test'
/** Who Debian's Apache is once it has its port. */
const WEB_USER = 'www-data'
const MODULES_FOLDER = '/usr/lib/apache2/modules'
const MODULES = [
  'mpm_event',
  'authn_core',
  'authn_file',
  'authz_core',
  'authz_user',
  'auth_basic',
  'auth_digest',
  'setenvif',
  'mime',
  'dav',
  'dav_fs',
]

/** WebDAV by Apache's mod_dav: `/basic` and `/digest`, each a folder of its own. */
export const apache: ServerKind = {
  name: 'webdav',
  program: 'Apache mod_dav',
  variable: 'LTX_SERVER_WEBDAV',
  install: () => installDebianPackage('/usr/sbin/apache2', 'apache2-bin'),
  async start(site) {
    const [port = 0] = await freePorts(1)
    const inside = (name: string): string => path.join(site.folder, name)
    for (const name of ['run', 'tree', 'tree/basic', 'tree/digest']) await mkdir(inside(name))
    if (process.getuid?.() === 0) {
      for (const name of ['run', 'tree/basic', 'tree/digest']) await giveToWebUser(inside(name))
    }
    const password = randomPassword()
    const sha1 = createHash('sha1').update(password).digest('base64')
    const md5 = createHash('md5').update(`${USER}:${REALM}:${password}`).digest('hex')
    await writeFile(inside('basic.users'), `${USER}:{SHA}${sha1}\n`)
    await writeFile(inside('digest.users'), `${USER}:${REALM}:${md5}\n`)
    await writeFile(inside('mime.types'), '')
    await writeFile(inside('httpd.conf'), configuration(port, site.folder))
    await site.spawn({
      label: 'apache',
      command: [site.program, '-f', inside('httpd.conf'), '-DFOREGROUND'],
      port,
    })
    const url = `http://127.0.0.1:${port}`
    return { url: `${url}/basic`, digestUrl: `${url}/digest`, user: USER, password }
  },
}

async function giveToWebUser(folder: string): Promise<void> {
  const ids = await Promise.all(
    ['-u', '-g'].map(async (flag) => Number(await runProgram(['id', flag, WEB_USER]))),
  )
  await chown(folder, ids[0] ?? 0, ids[1] ?? 0)
}

function configuration(port: number, folder: string): string {
  return `ServerRoot ${folder}
ServerName 127.0.0.1
Listen 127.0.0.1:${port}
PidFile ${folder}/run/httpd.pid
DefaultRuntimeDir ${folder}/run
Mutex file:${folder}/run default
ErrorLog ${folder}/error.log
${MODULES.map((name) => `LoadModule ${name}_module ${MODULES_FOLDER}/mod_${name}.so`).join('\n')}
${process.getuid?.() === 0 ? `User ${WEB_USER}\nGroup ${WEB_USER}` : ''}
TypesConfig ${folder}/mime.types
DavLockDB ${folder}/run/davlock
StartServers 1
ServerLimit 2
ThreadsPerChild 64
MaxRequestWorkers 128
KeepAlive On
MaxKeepAliveRequests 0
DocumentRoot ${folder}/tree
<Directory ${folder}/tree/basic>
  Dav On
  DavDepthInfinity On
  AuthType Basic
  AuthName ${REALM}
  AuthUserFile ${folder}/basic.users
  Require valid-user
</Directory>
<Directory ${folder}/tree/digest>
  Dav On
  DavDepthInfinity On
  AuthType Digest
  AuthName ${REALM}
  AuthUserFile ${folder}/digest.users
  Require valid-user
</Directory>
`
}
