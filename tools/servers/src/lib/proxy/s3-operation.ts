import type { IncomingMessage } from 'node:http'

/** What S3 calls a request, from its method and its query. */
export function s3Operation({ method = '', url = '' }: Pick<IncomingMessage, 'method' | 'url'>): string {
  const { pathname, searchParams } = new URL(url, 'http://s3')
  const isBucket = pathname.split('/').filter((part) => part !== '').length < 2
  switch (method) {
    case 'GET':
      if (searchParams.has('list-type')) return 'ListObjectsV2'
      if (searchParams.has('uploads')) return 'ListMultipartUploads'
      return isBucket ? 'GET of the bucket' : 'GetObject'
    case 'HEAD':
      return isBucket ? 'HeadBucket' : 'HeadObject'
    case 'PUT':
      return searchParams.has('partNumber') ? 'UploadPart' : 'PutObject'
    case 'POST':
      if (searchParams.has('delete')) return 'DeleteObjects'
      return searchParams.has('uploads') ? 'CreateMultipartUpload' : 'CompleteMultipartUpload'
    case 'DELETE':
      return searchParams.has('uploadId') ? 'AbortMultipartUpload' : 'DeleteObject'
    default:
      return method
  }
}

/** The error body that goes with a status of throttling. */
export function s3StormBody(status: number): string {
  const code = status === 503 ? 'SlowDown' : 'TooManyRequests'
  const message = 'Please reduce your request rate.'
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`
}
