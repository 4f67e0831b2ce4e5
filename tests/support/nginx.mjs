// Debian's nginx as reverse proxy of a test's programs: temporary prefix, system-chosen ports, no
// root.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';

import { Folder } from './suite.mjs';

/** A listening socket on a port of the system's choice, held until nginx inherits it: nothing else can take the port. */
export async function holdPort() {
  return await new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve({ port: server.address().port, server }));
  });
}

export class Nginx {
  /**
   * @param {string[]} blocks server blocks
   * @param {{port: number, server: import('node:net').Server}[]} held the sockets that the blocks listen on
   */
  static async start(blocks, held) {
    const self = new Nginx();
    self.folder = new Folder();
    const file = self.folder.write('nginx.conf', `
      daemon off; ${process.getuid() === 0 ? 'user root;' : ''} worker_processes 1; pid ${self.folder.path}/nginx.pid; error_log stderr notice;
      events { worker_connections 256; }
      http {
        access_log off;
        ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${self.folder.path}/${kind};`).join(' ')}
        map $http_upgrade $connection_upgrade { default upgrade; '' close; }
        ${blocks.join('\n')}
      }`);
    // The variable by which an upgraded nginx passes on its sockets (src/core/nginx.c).
    self.child = spawn('nginx', ['-p', self.folder.path, '-e', 'stderr', '-c', file], {
      stdio: ['ignore', 'ignore', 'pipe', ...held.map(({ server }) => server._handle.fd)],
      env: { PATH: `${process.env.PATH}:/usr/sbin`, NGINX: held.map((_, i) => `${i + 3};`).join('') } });
    held.forEach(({ server }) => server.close());
    self.said = '';
    self.exited = new Promise((resolve) => { self.child.once('close', resolve); });
    await new Promise((resolve, reject) => {
      self.child.once('error', reject);
      self.child.stderr.on('data', (bytes) => {
        self.said += bytes;
        if (/using the ".*" event method/.test(self.said)) resolve();
      });
      self.exited.then(() => reject(new Error(`nginx ended: ${self.said}`)));
    });
    return self;
  }

  async stop() {
    this.child.kill('SIGTERM');
    await this.exited;
    this.folder.remove();
  }
}

/** Directives that a location needs for WebSockets. */
export const upgrades = `proxy_http_version 1.1;
  proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;`;
