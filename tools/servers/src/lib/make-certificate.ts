import path from 'node:path'
import { runProgram } from './run-program.ts'

/** Paths of PEM files. */
export interface Certificate {
  readonly rootCa: string
  readonly certificate: string
  readonly key: string
}

const DAYS = '7'

/** A certificate authority of its own, and a certificate of it for 127.0.0.1 and localhost. */
export async function makeCertificate(folder: string): Promise<Certificate> {
  const file = (name: string): string => path.join(folder, name)
  const make = ['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const authority = ['-keyout', file('ca-key.pem'), '-out', file('ca.pem'), '-subj', '/CN=ltx test authority']
  await runProgram([...make, '-days', DAYS, ...authority])
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost']
  const leaf = ['-addext', 'basicConstraints=critical,CA:FALSE']
  const files = ['-keyout', file('server-key.pem'), '-out', file('server.pem')]
  const signer = ['-CA', file('ca.pem'), '-CAkey', file('ca-key.pem')]
  await runProgram([...make, '-days', DAYS, ...subject, ...leaf, ...signer, ...files])
  return { rootCa: file('ca.pem'), certificate: file('server.pem'), key: file('server-key.pem') }
}
