import { sharedKernels, type Kernels } from '@ltx/kernels'
import { CHECKSUM_FLAG } from '../constants.ts'

/**
 * What one page contributes to a database's checksum: CRC-64/ISO of the page number (u32, big-endian) and the page, with
 * the flag bit.
 *
 * @param data The whole page, borrowed.
 * @see superfly/ltx `ChecksumPage`
 */
export function pageChecksum(pageNumber: number, data: Uint8Array, kernels?: Kernels): bigint {
  return CHECKSUM_FLAG | (kernels ?? sharedKernels()).pageChecksum(pageNumber, data)
}
