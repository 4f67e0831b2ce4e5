// The tables of displays that wait for a decision; each is hidden while it is empty.
import { Button, TableScroll } from '../components/basics.jsx';
import { agoText } from '../core/format.js';
import { useAction } from '../core/hooks.js';
import { say } from '../core/said.js';
import { t } from '../core/texts.js';
import { decide } from './api.js';
import { allAction, outcomeOf, resemblingRow, unknownRow, waitingRow } from './decisions.js';

const kinds = [
  { kind: /** @type {const} */ ('waiting'), rowOf: waitingRow, columns: ['name', 'place', 'code', 'registered'] },
  { kind: /** @type {const} */ ('unknown'), rowOf: unknownRow, columns: ['id', 'address', 'registeredAt', 'lastSeen'] },
  { kind: /** @type {const} */ ('resembling'), rowOf: resemblingRow, columns: ['newRecord', 'perhaps', 'registered'] },
];

function cellText(cell) {
  if (typeof cell === 'string') return cell;
  if ('ago' in cell) return agoText(cell.ago) ?? t('never');
  return t(cell.key, cell.values);
}

function Table({ kind, rows, columns, act, busy }) {
  const every = allAction(kind, rows);
  return (
    <section id={kind} class="panel" aria-labelledby={`${kind}-title`}>
      <h2 id={`${kind}-title`}>{t(`decide.${kind}.title`)} <span class="count">{rows.length}</span></h2>
      <p class="hint">{t(`decide.${kind}.text`)}</p>
      <TableScroll label={t(`decide.${kind}.title`)}>
        <table>
          <thead><tr>{columns.map((name) => <th key={name} scope="col">{t(`column.${name}`)}</th>)}
            <th scope="col"><span class="unseen">{t('column.actions')}</span></th></tr></thead>
          <tbody>
            {rows.map(({ cells, actions }) => (
              <tr key={cells.map(cellText).join('|')}>
                {cells.map((cell, i) => <td key={columns[i]}>{cellText(cell)}</td>)}
                <td class="row-actions">{actions.map((action) => (
                  <Button key={action.act} busy={busy} kind={action.act === 'reject' ? 'plain' : 'main'}
                    aria-label={t('decide.one', { action: t(`decide.${action.act}`), name: cellText(cells[0]) })}
                    onClick={() => act(action)}>{t(`decide.${action.act}`)}</Button>
                ))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
      {every && <p class="all"><Button busy={busy} onClick={() => act(every)}>{t(`decide.all.${every.act}`, { n: every.count })}</Button></p>}
    </section>
  );
}

/** @param {{lists: {waiting: any[], unknown: any[], resembling: any[]}|undefined, onDone: () => Promise<void>}} props */
export function Decisions({ lists, onDone }) {
  const [busy, run] = useAction();
  const act = (action) => run(async () => {
    const body = await decide(action);
    await onDone();
    say(outcomeOf(body, action.act).map(([key, values]) => t(key, values)).join(' '));
  });
  return kinds.map(({ kind, rowOf, columns }) => {
    const rows = (lists?.[kind] ?? []).map(rowOf);
    return rows.length > 0 && <Table key={kind} kind={kind} rows={rows} columns={columns} act={act} busy={busy} />;
  });
}
