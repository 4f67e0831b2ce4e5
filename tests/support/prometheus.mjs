// Debian's Prometheus on a free port, scraping programs once per second.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export class Prometheus {
  /**
   * @param {Folder} folder for its settings and data
   * @param {{program: string, address: string}[]} targets address: host:port
   * @param {string} rules a rules file
   */
  static async start(folder, targets, rules) {
    const settings = {
      global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
      rule_files: [rules],
      scrape_configs: [{
        job_name: 'marquee',
        static_configs: targets.map(({ program, address }) => ({ targets: [address], labels: { program } })),
      }],
    };
    const prometheus = new Prometheus();
    prometheus.logs = [];
    prometheus.child = spawn('prometheus', [
      `--config.file=${folder.write('prometheus.yml', JSON.stringify(settings))}`,
      `--storage.tsdb.path=${folder.path}/tsdb`, '--web.listen-address=127.0.0.1:0'], { stdio: ['ignore', 'ignore', 'pipe'] });
    prometheus.exited = new Promise((resolve) => {
      prometheus.child.once('exit', resolve);
      prometheus.child.once('error', (error) => resolve(error.message));
    });
    const address = await new Promise((resolve, reject) => {
      createInterface({ input: prometheus.child.stderr }).on('line', (line) => {
        prometheus.logs.push(line);
        const found = /msg="Listening on" address=(\S+)/.exec(line)?.[1];
        if (found) resolve(found);
      });
      prometheus.exited.then((code) => reject(new Error(`prometheus ended (${code}): ${prometheus.logs.join('\n')}`)));
    });
    prometheus.base = `http://${address}`;
    return prometheus;
  }

  /** The result of an instant query: [{metric, value: [time, text]}]; throws if it is invalid. */
  async query(expr) {
    const answer = await fetch(`${this.base}/api/v1/query`, { method: 'POST', body: new URLSearchParams({ query: expr }) });
    const body = await answer.json();
    if (body.status !== 'success') throw new Error(`${expr}: ${body.error}`);
    return body.data.resultType === 'scalar' ? [{ metric: {}, value: body.data.result }] : body.data.result;
  }

  /** Rules as Prometheus evaluates them: [{name, type, query, health, lastError}]. */
  async rules() {
    const body = await (await fetch(`${this.base}/api/v1/rules`)).json();
    return body.data.groups.flatMap((group) => group.rules);
  }

  async stop() {
    this.child.kill('SIGTERM');
    await this.exited;
  }
}
