// The audit log: who changed what, from where and when.
import { useState } from 'preact/hooks';

import { Button, Loading, TableScroll } from '../components/basics.jsx';
import { agoText, timeText } from '../core/format.js';
import { useAction, useData } from '../core/hooks.js';
import { t } from '../core/texts.js';
import { auditPage } from './tokens.js';

export function Audit() {
  const [events, setEvents] = useState(/** @type {any[]} */ ([]));
  const [next, setNext] = useState('');
  const [words, setWords] = useState('');
  const [busy, run] = useAction();
  const { data } = useData(async () => {
    const page = await auditPage('');
    setEvents(page.events ?? []);
    setNext(page.nextPageToken ?? '');
    return true;
  });
  const parts = words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const shown = events.filter((event) => {
    const text = [event.actor, event.remoteAddress, event.action, event.target, event.detail].join(' ').toLocaleLowerCase();
    return parts.every((part) => text.includes(part));
  });
  return (
    <section class="panel" aria-labelledby="audit-title">
      <h2 id="audit-title">{t('audit.title')}</h2>
      <input type="search" aria-label={t('audit.search')} placeholder={t('audit.search')} value={words} onInput={(event) => setWords(event.currentTarget.value)} />
      {!data && <Loading rows={4} />}
      {data && (
        <TableScroll label={t('audit.title')}>
          <table id="audit">
            <thead><tr>{['when', 'who', 'what', 'target', 'address'].map((name) => <th key={name} scope="col">{t(`column.${name}`)}</th>)}</tr></thead>
            <tbody>{shown.map((event, i) => (
              <tr key={`${event.occurredAt} ${i}`}><td title={timeText(event.occurredAt)}>{agoText(event.occurredAt)}</td><td>{event.actor}</td><td><code>{event.action}</code></td>
                <td>{event.target}{event.detail && <span class="hint"> {event.detail}</span>}</td><td>{event.remoteAddress}</td></tr>
            ))}</tbody>
          </table>
        </TableScroll>
      )}
      {next !== '' && <div><Button busy={busy} onClick={() => run(async () => {
        const page = await auditPage(next);
        setEvents([...events, ...(page.events ?? [])]);
        setNext(page.nextPageToken ?? '');
      })}>{t('audit.more')}</Button></div>}
    </section>
  );
}
