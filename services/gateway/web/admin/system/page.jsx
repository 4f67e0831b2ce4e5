// The server: health of its services, and the caches with their hit ratios.
import { useState } from 'preact/hooks';

import { api, ok } from '../core/api.js';
import { Badge, Button, Loading, PageHead, TableScroll } from '../components/basics.jsx';
import { Confirm } from '../components/dialog.jsx';
import { bytesText, numberText } from '../core/format.js';
import { useAction, useData } from '../core/hooks.js';
import { say } from '../core/said.js';
import { t } from '../core/texts.js';
import * as v1 from '../core/v1.js';
import { wordsFor } from '../core/words.js';
import { cacheRows } from './caches.js';

const againMs = 10_000;

async function load() {
  const [metrics, advice, status, sources] = await Promise.all([v1.cacheMetrics(), v1.cacheAdvice(), v1.serverStatus(),
    ok(api.GET('/api/v2/sources')).catch(() => ({ sources: [] }))]);
  return { rows: cacheRows(metrics.metrics ?? {}), advice: advice.recommendations ?? [], status,
    sources: (sources.sources ?? []).map(({ name }) => name ?? '') };
}

function Services({ status }) {
  return (
    <section class="panel" aria-labelledby="services-title">
      <h2 id="services-title">{t('system.services')}</h2>
      <dl class="facts-list">
        <div><dt>{t('system.version')}</dt><dd>{status.version}</dd></div>
        <div><dt>{t('system.uptime')}</dt><dd>{t('system.hours', { n: Math.floor(status.uptime / 3600), minutes: Math.floor(status.uptime / 60) % 60 })}</dd></div>
        {Object.entries(status.services ?? {}).map(([name, up]) => (
          <div key={name}><dt>{t(`service.${name}`)}</dt>
            <dd><Badge state={up ? 'good' : 'bad'}>{up ? t('system.up') : t(`service.${name}.down`)}</Badge></dd></div>
        ))}
        <div><dt>{t('system.titles')}</dt><dd>{numberText(status.playlist?.items ?? 0)}</dd></div>
        <div><dt>{t('system.sockets')}</dt><dd>{numberText(status.displays?.sockets ?? 0)}</dd></div>
      </dl>
    </section>
  );
}

function Caches({ rows, advice, sources, onDone }) {
  const [asked, setAsked] = useState(/** @type {string|null} */ (null));  // '': all, else a source
  const [source, setSource] = useState('');
  const [busy, run] = useAction();
  const clear = () => run(async () => {
    if (asked === '') {
      const { spaceSaved } = await v1.clearCache({});
      say(t('caches.cleared', { size: spaceSaved ?? '' }));
    } else {
      const { bytes } = await ok(api.POST('/api/v2/images:purge', { body: { source: asked ?? '' } }));
      say(t('caches.cleared', { size: bytesText(bytes ?? 0) }));
    }
    setAsked(null);
    await onDone();
  });
  return (
    <section class="panel" aria-labelledby="caches-title">
      <h2 id="caches-title">{t('caches.title')}</h2>
      <p class="hint">{t('caches.text')}</p>
      <TableScroll label={t('caches.title')}>
        <table>
          <thead><tr>{['cache', 'ratio', 'lastMinute', 'held', 'entries'].map((name) => <th key={name} scope="col">{t(`column.${name}`)}</th>)}</tr></thead>
          <tbody id="caches">
            {rows.map(({ cache, tier, healthy, ratio, lastMinute, held, filled, entries }) => (
              <tr key={`${cache} ${tier}`}>
                <th scope="row">{t(`cache.${cache}`)}, {t(`tier.${tier}`)}{!healthy && <Badge state="bad">{t('caches.unhealthy')}</Badge>}</th>
                <td>{ratio}</td><td>{lastMinute}</td>
                <td><meter min={0} max={1} value={filled} aria-label={t('caches.filled')} /> {t('caches.of', { held: held[0], most: held[1] })}</td>
                <td>{numberText(entries)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
      <ul id="advice" class="advice">{advice.map(({ message, severity }) => <li key={message} class={severity}>{message}</li>)}</ul>
      <div class="row">
        <Button onClick={() => setAsked('')}>{t('caches.clearAll')}</Button>
        {sources.length > 0 && (
          <span class="with-button">
            <select aria-label={t('caches.source')} value={source} onChange={(event) => setSource(event.currentTarget.value)}>
              <option value="">{t('caches.source')}</option>
              {sources.map((name) => <option key={name} value={name}>{name}</option>)}
            </select>
            <Button disabled={source === ''} onClick={() => setAsked(source)}>{t('caches.clear')}</Button>
          </span>
        )}
      </div>
      {asked !== null && <Confirm title={asked ? t('caches.confirm.source', { name: asked }) : t('caches.confirm.all')} text={t('caches.confirm.text')}
        label={t('caches.clear')} busy={busy} onConfirm={clear} onClose={() => setAsked(null)} />}
    </section>
  );
}

export function SystemPage() {
  const { data, error, refresh } = useData(load, { everyMs: againMs });
  return (
    <>
      <PageHead title={t('nav.system')} text={t('system.text')} />
      {!data && !error && <Loading rows={8} />}
      {!data && error && error.status !== 0 && <p class="notice bad">{wordsFor(error)}</p>}
      {data && <Services status={data.status} />}
      {data && <Caches rows={data.rows} advice={data.advice} sources={data.sources} onDone={refresh} />}
    </>
  );
}
