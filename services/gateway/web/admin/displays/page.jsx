// The displays: what waits for a decision, and a grid with search, filters and actions on many.
import { useState } from 'preact/hooks';

import { Button, Empty, Loading, PageHead } from '../components/basics.jsx';
import { useAction, useData } from '../core/hooks.js';
import { say } from '../core/said.js';
import { t } from '../core/texts.js';
import { wordsFor } from '../core/words.js';
import { answerText } from './answer.js';
import { listDecisions, listDevices, listGroups, sendCommand } from './api.js';
import { Bulk } from './bulk.jsx';
import { Card } from './card.jsx';
import { Decisions } from './decision_tables.jsx';
import { counted, filtered, nameOf } from './model.js';
import { AddDisplay } from './pairing.jsx';

const againMs = 10_000;
const perPage = 60;  // cards in the document; the rest is on further pages

/** Groups and decisions are read every third time: the server counts requests per account. */
async function load(before) {
  const round = (before?.round ?? -1) + 1;
  const whole = before === undefined || round % 3 === 0;
  const [devices, groups, decisions] = await Promise.all([listDevices(), whole ? listGroups() : before.groups, whole ? listDecisions() : before.decisions]);
  return { devices, groups, decisions, round };
}

function Filters({ filter, counts, groups, onChange }) {
  const states = Object.entries(counts).filter(([, count]) => count > 0);
  return (
    <div class="filters" role="search">
      <input type="search" aria-label={t('displays.search')} placeholder={t('displays.search')} value={filter.words}
        onInput={(event) => onChange({ ...filter, words: event.currentTarget.value })} />
      <select aria-label={t('displays.state')} value={filter.state} onChange={(event) => onChange({ ...filter, state: event.currentTarget.value })}>
        <option value="">{t('displays.anyState')}</option>
        {states.map(([state, count]) => <option key={state} value={state}>{t(`state.${state}`)} ({count})</option>)}
      </select>
      {groups.length > 0 && (
        <select aria-label={t('displays.group')} value={filter.group} onChange={(event) => onChange({ ...filter, group: event.currentTarget.value })}>
          <option value="">{t('displays.anyGroup')}</option>
          {groups.map(({ id, name }) => <option key={id} value={id}>{name || id}</option>)}
        </select>
      )}
    </div>
  );
}

function Pages({ count, page, onPage }) {
  const last = Math.ceil(count / perPage) - 1;
  if (last < 1) return null;
  return (
    <nav class="pages" aria-label={t('pages')}>
      <Button disabled={page === 0} onClick={() => onPage(page - 1)}>{t('pages.previous')}</Button>
      <span>{t('pages.at', { page: page + 1, pages: last + 1 })}</span>
      <Button disabled={page >= last} onClick={() => onPage(page + 1)}>{t('pages.next')}</Button>
    </nav>
  );
}

export function DisplaysPage() {
  const { data, error, refresh } = useData(load, { everyMs: againMs });
  const [filter, setFilter] = useState({ words: '', state: '', group: '' });
  const [page, setPage] = useState(0);
  const [chosen, setChosen] = useState(/** @type {Set<string>} */ (new Set()));
  const [adding, setAdding] = useState(false);
  const [busy, run] = useAction();

  const devices = data?.devices ?? [];
  const groupNames = Object.fromEntries((data?.groups ?? []).map(({ id, name }) => [id, name || id]));
  const found = filtered(devices, filter, groupNames);
  const at = Math.min(page, Math.max(0, Math.ceil(found.length / perPage) - 1));
  const choose = (ids, on) => setChosen((before) => {
    const next = new Set(before);
    for (const id of ids) (on ? next.add(id) : next.delete(id));
    return next;
  });
  const command = (device, type) => run(async () => {
    say(answerText(await sendCommand(device.id, type), nameOf(device)));
    await refresh();
  });

  return (
    <>
      <PageHead title={t('nav.displays')} text={data && t('displays.count', { n: devices.length })}>
        <Button kind="main" onClick={() => setAdding(true)}>{t('displays.add')}</Button>
      </PageHead>
      {!data && !error && <Loading rows={6} />}
      {!data && error && error.status !== 0 && <p class="notice bad">{wordsFor(error)}</p>}
      <Decisions lists={data?.decisions} onDone={refresh} />
      {data && devices.length === 0 && (
        <Empty title={t('displays.none.title')} text={t('displays.none.text')}>
          <Button kind="main" onClick={() => setAdding(true)}>{t('displays.add')}</Button>
        </Empty>
      )}
      {devices.length > 0 && (
        <>
          <Filters filter={filter} counts={counted(devices)} groups={data?.groups ?? []} onChange={(next) => { setFilter(next); setPage(0); }} />
          <Bulk devices={devices.filter(({ id }) => chosen.has(id))} groups={data?.groups ?? []} found={found}
            onChoose={choose} onDone={refresh} />
          {found.length === 0 && <Empty title={t('displays.nothing.title')} text={t('displays.nothing.text')} />}
          <ul class="cards" id="displays">
            {found.slice(at * perPage, (at + 1) * perPage).map((device) => (
              <Card key={device.id} device={device} groupNames={groupNames} chosen={chosen.has(device.id)} busy={busy}
                onChoose={(on) => choose([device.id], on)} onCommand={(type) => command(device, type)} />
            ))}
          </ul>
          <Pages count={found.length} page={at} onPage={setPage} />
        </>
      )}
      {adding && <AddDisplay onClose={() => { setAdding(false); refresh(); }} />}
    </>
  );
}
