// Debian's Alertmanager on a free port, with a webhook that records what arrives.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

export class Alertmanager {
  /**
   * @param {Folder} folder for its settings and data
   * @param {object} settings of Alertmanager; the webhooks' addresses and waits are replaced
   */
  static async start(folder, settings) {
    const manager = new Alertmanager();
    manager.messages = [];  // {receiver, alerts: [{labels}]}
    manager.webhook = createServer(async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      manager.messages.push(JSON.parse(Buffer.concat(chunks).toString()));
      response.end();
    });
    await new Promise((resolve) => manager.webhook.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${manager.webhook.address().port}/`;
    const fast = (route) => ({ ...route, group_wait: '1s', group_interval: '1s', ...(route.routes && { routes: route.routes.map(fast) }) });
    const receivers = settings.receivers.map(({ webhook_configs: hooks, ...receiver }) =>
      ({ ...receiver, ...(hooks && { webhook_configs: hooks.map((hook) => ({ ...hook, url })) }) }));
    const file = folder.write('alertmanager.yml', JSON.stringify({ ...settings, route: fast(settings.route), receivers }));
    manager.child = spawn('prometheus-alertmanager', [`--config.file=${file}`, `--storage.path=${folder.path}/alertmanager`,
      '--web.listen-address=127.0.0.1:0', '--cluster.listen-address='], { stdio: ['ignore', 'ignore', 'pipe'] });
    manager.exited = new Promise((resolve) => {
      manager.child.once('exit', resolve);
      manager.child.once('error', (error) => resolve(error.message));
    });
    const logs = [];
    manager.base = await new Promise((resolve, reject) => {
      createInterface({ input: manager.child.stderr }).on('line', (line) => {
        logs.push(line);
        const address = /msg="Listening on" address=(\S+)/.exec(line)?.[1];
        if (address) resolve(`http://${address}`);
      });
      manager.exited.then((code) => reject(new Error(`alertmanager ended (${code}): ${logs.join('\n')}`)));
    });
    return manager;
  }

  /** @param {object[]} labels of each firing alert */
  async fire(labels) {
    const answer = await fetch(`${this.base}/api/v2/alerts`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(labels.map((one) => ({ labels: one }))) });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  }

  /** Alerts as Alertmanager sees them: [{labels, status: {state, inhibitedBy}}]. */
  async alerts() {
    return await (await fetch(`${this.base}/api/v2/alerts`)).json();
  }

  async stop() {
    this.child.kill('SIGTERM');
    await this.exited;
    this.webhook.closeAllConnections();
    this.webhook.close();
  }
}
