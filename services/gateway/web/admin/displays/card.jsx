// One display in the grid: poster of its last heartbeat, state, and the most used commands.
import { serverUrl } from '../../shared/base.js';
import { Badge } from '../components/basics.jsx';
import { icons } from '../components/icons.jsx';
import { href } from '../core/address.js';
import { agoText } from '../core/format.js';
import { t } from '../core/texts.js';
import { buttons } from './commands.js';
import { badgeOf, browserText, nameOf, posterOf, screenText, stateOf } from './model.js';

export function StateBadge({ device }) {
  const state = stateOf(device);
  const since = state === 'offline' ? agoText(device.lastSeenAt) : null;
  return <Badge state={badgeOf(state)}>{since ? t('state.offlineSince', { ago: since }) : t(`state.${state}`)}</Badge>;
}

export function Poster({ device, width = 200 }) {
  const url = posterOf(device, width);
  const dark = device.currentState?.poweredOff === true;
  return (
    <span class={dark ? 'poster dark' : 'poster'}>
      {url ? <img src={serverUrl(url)} alt="" loading="lazy" decoding="async" onError={(event) => { event.currentTarget.hidden = true; }} />
        : <span class="no-poster" aria-hidden="true">▦</span>}
      {dark && <span class="poster-note">{t('display.dark')}</span>}
    </span>
  );
}

export function CommandButtons({ device, busy, onCommand }) {
  return (
    <div class="commands" role="group" aria-label={t('command.group', { name: nameOf(device) })}>
      {buttons.map(({ type, label, icon }) => (
        <button key={type} type="button" class="button icon" title={t(label)} aria-label={t(label)} disabled={busy}
          onClick={() => onCommand(type)}>{icons[icon]}</button>
      ))}
    </div>
  );
}

export function Card({ device, groupNames, chosen, busy, onChoose, onCommand }) {
  const name = nameOf(device);
  const shows = device.currentState?.title || device.currentState?.mode || '–';
  const facts = [screenText(device), browserText(device.clientInfo?.userAgent)].filter(Boolean).join(' · ');
  return (
    <li class={chosen ? 'card chosen' : 'card'} data-device={device.id} data-state={stateOf(device)}>
      <Poster device={device} />
      <div class="card-body">
        <h2><a href={href('displays', device.id)}>{name}</a></h2>
        <p class="place">{device.location || t('display.noPlace')}</p>
        <p><StateBadge device={device} /></p>
        <p class="shows" title={shows}>{shows}</p>
        {facts && <p class="facts">{facts}</p>}
        {device.groups.length > 0 && <p class="tags">{device.groups.map((id) => <span key={id}>{groupNames[id] ?? id}</span>)}</p>}
      </div>
      <label class="choose"><input type="checkbox" checked={chosen} aria-label={t('display.choose', { name })}
        onChange={(event) => onChoose(event.currentTarget.checked)} /></label>
      <CommandButtons device={device} busy={busy} onCommand={onCommand} />
    </li>
  );
}
