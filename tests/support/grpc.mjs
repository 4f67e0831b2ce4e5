// gRPC calls with node's HTTP/2 client, as any process of the host could make them.
import { connect } from 'node:http2';

/** An HTTP/2 session to `grpc://host:port`. Close it. */
export const grpcSession = (address) => connect(address.replace('grpc:', 'http:'));

/** One call with an empty request: its status {code, message}, or {code: 'open'} once the server has sent a message. */
export function grpcCall(session, path, headers = {}) {
  return new Promise((resolve, reject) => {
    const request = session.request({
      ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers', ...headers });
    const note = (fields) => {
      if ('grpc-status' in fields) {
        resolve({ code: Number(fields['grpc-status']), message: decodeURIComponent(fields['grpc-message'] ?? '') });
      }
    };
    request.on('response', note);
    request.on('trailers', note);
    request.once('data', (message) => {
      resolve({ code: 'open', message });
      request.close();
    });
    request.on('error', reject);
    request.once('close', () => reject(new Error(`${path}: the connection was closed`)));
    request.end(Buffer.alloc(5)); // not compressed, of length 0
  });
}

/** Whether the server reports that it serves; within `ms`, over a connection of its own. */
export async function grpcServing(address, ms) {
  const session = grpcSession(address);
  let timer;
  try {
    const failed = new Promise((_, reject) => {
      session.once('error', reject);
      timer = setTimeout(() => reject(new Error('no answer')), ms);
    });
    const { code, message } = await Promise.race([grpcCall(session, '/grpc.health.v1.Health/Check'), failed]);
    return code === 'open' && message.at(-1) === 1; // HealthCheckResponse{status: SERVING}
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
    session.destroy();
  }
}
