/** @file stdout and stderr as the command sees them: a write settles when it is done, and a closed pipe is its own error. */
import { fileSystemCode } from '../library/files/fileSystemError.ts';
import { PipeClosed, type TextStream } from './cliContext.ts';

const columnsWhenUnknown = 80;

export function nodeStream(stream: NodeJS.WriteStream): TextStream {
  // Each write reports its own error; without a listener the same error would end the process.
  stream.on('error', () => undefined);
  return {
    isTty: stream.isTTY === true,
    get columns() {
      // Some terminals say 0, meaning that they do not know.
      return stream.columns > 0 ? stream.columns : columnsWhenUnknown;
    },
    write: (text) =>
      new Promise((resolve, reject) => {
        stream.write(text, (error) => {
          if (error === null || error === undefined) {
            resolve();
          } else {
            const isClosed = ['EPIPE', 'ERR_STREAM_DESTROYED', 'EOF'].includes(fileSystemCode(error) ?? '');
            reject(isClosed ? new PipeClosed('nobody reads any more', { cause: error }) : error);
          }
        });
      }),
  };
}
