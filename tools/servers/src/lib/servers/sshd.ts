import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import path from 'node:path'
import { freePorts } from '../free-ports.ts'
import { installDebianPackage } from '../install-debian-package.ts'
import { runProgram } from '../run-program.ts'
import type { ServerKind } from '../server-kind.ts'

/** SFTP by OpenSSH: the user who runs this logs in with a key that is made for the run. */
export const sshd: ServerKind = {
  name: 'sftp',
  program: 'OpenSSH sshd',
  variable: 'LTX_SERVER_SFTP',
  install: () => installDebianPackage('/usr/sbin/sshd', 'openssh-server'),
  async start(site) {
    const [port = 0] = await freePorts(1)
    const inside = (name: string): string => path.join(site.folder, name)
    const directory = inside('sftp-root')
    await mkdir(directory)
    if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 }) // it insists
    for (const name of ['host_ed25519', 'id_ed25519']) {
      await runProgram(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'ltx-test', '-f', inside(name)])
    }
    await copyFile(inside('id_ed25519.pub'), inside('authorized_keys'))
    await writeFile(inside('sshd_config'), configuration(port, inside))
    await site.spawn({
      label: 'sshd',
      command: [site.program, '-D', '-e', '-f', inside('sshd_config')],
      port,
    })
    const [type, key] = (await readFile(inside('host_ed25519.pub'), 'utf8')).split(' ')
    return {
      host: '127.0.0.1',
      port,
      user: userInfo().username,
      keyPath: inside('id_ed25519'),
      hostKey: `${type} ${key}`,
      directory,
    }
  },
}

function configuration(port: number, inside: (name: string) => string): string {
  return `Port ${port}
ListenAddress 127.0.0.1
HostKey ${inside('host_ed25519')}
AuthorizedKeysFile ${inside('authorized_keys')}
PidFile none
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
PrintMotd no
MaxStartups 200
MaxSessions 200
Subsystem sftp internal-sftp
ForceCommand internal-sftp
AllowTcpForwarding no
X11Forwarding no
`
}
