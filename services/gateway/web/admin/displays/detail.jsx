// One display: state, names, groups, profile, commands with their history, settings of its own.
import { useLocation, useRoute } from 'preact-iso/router';
import { useState } from 'preact/hooks';

import { Badge, Button, Check, Empty, Field, Loading, PageHead, Select, TableScroll } from '../components/basics.jsx';
import { Confirm } from '../components/dialog.jsx';
import { api, ok } from '../core/api.js';
import { href } from '../core/address.js';
import { agoText, timeText } from '../core/format.js';
import { useAction, useData } from '../core/hooks.js';
import { say } from '../core/said.js';
import { t } from '../core/texts.js';
import { wordsFor } from '../core/words.js';
import { answerText } from './answer.js';
import { deleteDevice, listCommands, listGroups, listProfiles, sendCommand, updateDevice } from './api.js';
import { CommandButtons, Poster, StateBadge } from './card.jsx';
import { browserText, nameOf, screenText } from './model.js';
import { Override } from './override.jsx';
import { PairByCode } from './pairing.jsx';

const againMs = 10_000;
const stateOfCommand = { QUEUED: 'idle', SENT: 'warn', ACKED: 'good', FAILED: 'bad', EXPIRED: 'bad', CANCELLED: 'idle' };

/** Groups and profiles are read once: the server counts requests per account. */
async function load(id, before) {
  const [{ device }, commands, groups, profiles] = await Promise.all([
    ok(api.GET('/api/v2/devices/{device_id}', { params: { path: { device_id: id } } })), listCommands(id),
    before?.groups ?? listGroups(), before?.profiles ?? listProfiles()]);
  return { device: /** @type {import('./model.js').Device} */ (device), commands, groups, profiles };
}

function Identity({ device, groups, profiles, onSaved }) {
  const [form, setForm] = useState({ name: device.name, location: device.location, groups: device.groups, profileId: device.profileId ?? '' });
  const [busy, run] = useAction();
  const changed = ['name', 'location', 'groups', 'profileId'].filter((key) => JSON.stringify(form[key]) !== JSON.stringify(device[key] ?? ''));
  const save = (event) => {
    event.preventDefault();
    run(async () => {
      await updateDevice(device, Object.fromEntries(changed.map((key) => [key, form[key]])));
      await onSaved();
      say(t('display.saved'));
    });
  };
  return (
    <section class="panel" aria-labelledby="identity-title">
      <h2 id="identity-title">{t('display.identity')}</h2>
      <form class="stack" onSubmit={save}>
        <Field label={t('column.name')} value={form.name} maxLength={128} onInput={(event) => setForm({ ...form, name: event.currentTarget.value })} />
        <Field label={t('column.place')} value={form.location} maxLength={128} onInput={(event) => setForm({ ...form, location: event.currentTarget.value })} />
        <fieldset class="choice"><legend>{t('display.groups')}</legend>
          {groups.length === 0 && <p class="hint">{t('display.noGroups')}</p>}
          {groups.map(({ id, name }) => (
            <Check key={id} label={name || id} checked={form.groups.includes(id)}
              onChange={(on) => setForm({ ...form, groups: on ? [...form.groups, id] : form.groups.filter((each) => each !== id) })} />
          ))}
        </fieldset>
        {profiles.length > 0 && (
          <Select label={t('display.profile')} value={form.profileId} onChange={(profileId) => setForm({ ...form, profileId })}
            options={[['', t('display.noProfile')], ...profiles.map(({ id, name }) => /** @type {[string, string]} */ ([id, name || id]))]} />
        )}
        <div><Button kind="main" type="submit" busy={busy} disabled={changed.length === 0}>{t('save')}</Button></div>
      </form>
    </section>
  );
}

function History({ commands }) {
  return (
    <section class="panel" aria-labelledby="history-title">
      <h2 id="history-title">{t('display.history')}</h2>
      {commands.length === 0 ? <p class="hint">{t('display.noHistory')}</p> : (
        <TableScroll label={t('display.history')}>
          <table>
            <thead><tr>{['command', 'state', 'when', 'deliveries'].map((name) => <th key={name} scope="col">{t(`column.${name}`)}</th>)}</tr></thead>
            <tbody>{commands.map(({ id, type, state = '', info, createdAt, deliveries }) => {
              const short = state.replace('COMMAND_STATE_', '');
              return (
                <tr key={id}><td><code>{type}</code></td>
                  <td><Badge state={stateOfCommand[short] ?? 'idle'}>{t(`command.state.${short}`)}</Badge>{info && <span class="hint"> {info}</span>}</td>
                  <td title={timeText(createdAt)}>{agoText(createdAt)}</td><td>{deliveries}</td></tr>
              );
            })}</tbody>
          </table>
        </TableScroll>
      )}
    </section>
  );
}

function Facts({ device }) {
  const facts = [['screen', screenText(device)], ['browser', browserText(device.clientInfo?.userAgent)], ['mode', device.currentState?.mode],
    ['shows', device.currentState?.title], ['lastSeen', agoText(device.lastSeenAt)], ['registered', timeText(device.createdAt)], ['id', device.id]];
  return (
    <dl class="facts-list">
      {facts.filter(([, value]) => value).map(([name, value]) => <div key={name}><dt>{t(`fact.${name}`)}</dt><dd>{value}</dd></div>)}
    </dl>
  );
}

export function DisplayPage() {
  const { id } = /** @type {{id: string}} */ (useRoute().params);
  const { route } = useLocation();
  const { data, error, refresh } = useData((before) => load(id, before), { everyMs: againMs, key: id });
  const [dialog, setDialog] = useState('');
  const [busy, run] = useAction();
  if (!data) {
    if (error?.status === 404) return <Empty title={t('display.gone')}><a class="button plain" href={href('displays')}>{t('nav.displays')}</a></Empty>;
    return error && error.status !== 0 ? <p class="notice bad">{wordsFor(error)}</p> : <Loading />;
  }
  const { device, commands, groups, profiles } = data;
  const name = nameOf(device);
  return (
    <>
      <p><a href={href('displays')}>← {t('nav.displays')}</a></p>
      <PageHead title={name} text={device.location}>
        <Button onClick={() => setDialog('pair')}>{t('pair.title')}</Button>
        <Button kind="danger" onClick={() => setDialog('delete')}>{t('delete')}</Button>
      </PageHead>
      <section class="panel detail" aria-labelledby="now-title">
        <Poster device={device} width={400} />
        <div class="stack">
          <h2 id="now-title" class="unseen">{t('display.now')}</h2>
          <StateBadge device={device} />
          <Facts device={device} />
          <CommandButtons device={device} busy={busy} onCommand={(type) => run(async () => {
            say(answerText(await sendCommand(device.id, type), name));
            await refresh();
          })} />
        </div>
      </section>
      {/* A form starts again when its own fields have changed, not with every version of the record. */}
      <Identity key={JSON.stringify([device.name, device.location, device.groups, device.profileId])} device={device} groups={groups} profiles={profiles} onSaved={refresh} />
      <Override key={JSON.stringify(device.settingsOverride)} device={device} onSaved={refresh} />
      <History commands={commands} />
      {dialog === 'pair' && <PairByCode device={device} onClose={() => setDialog('')} />}
      {dialog === 'delete' && <Confirm title={t('bulk.delete.title', { n: 1 })} text={t('bulk.delete.text')} label={t('delete')} busy={busy}
        onClose={() => setDialog('')} onConfirm={() => run(async () => {
          await deleteDevice(device.id);
          route(href('displays'));
        })} />}
    </>
  );
}
