// Actions on several displays at once, with progress; they can be cancelled.
import { useRef, useState } from 'preact/hooks';

import { Button, Check, Field, Progress, Select } from '../components/basics.jsx';
import { Confirm, Dialog } from '../components/dialog.jsx';
import { icons } from '../components/icons.jsx';
import { useAction } from '../core/hooks.js';
import { say } from '../core/said.js';
import { t } from '../core/texts.js';
import { createGroup, deleteDevice, mergeInto, sendWave, updateMany } from './api.js';
import { buttons, sendToMany } from './commands.js';
import { nameOf, stateOf } from './model.js';

const mostFailures = 0.5;  // a command stops when more than half of the displays failed

function GroupDialog({ devices, groups, onClose, onDone }) {
  const [group, setGroup] = useState(groups[0]?.id ?? '');
  const [name, setName] = useState('');
  const [busy, run] = useAction();
  const save = (event) => {
    event.preventDefault();
    run(async () => {
      const id = group || ((await createGroup(name.trim())).group?.id ?? '');
      for (const [groupsBefore, ids] of byGroups(devices)) {
        if (!groupsBefore.includes(id)) await updateMany(ids, { groups: [...groupsBefore, id] });
      }
      await onDone();
      onClose();
      say(t('bulk.grouped', { n: devices.length }));
    });
  };
  return (
    <Dialog title={t('bulk.group.title')} onClose={onClose}>
      <form onSubmit={save} class="stack">
        <Select label={t('displays.group')} value={group} onChange={setGroup}
          options={[...groups.map(({ id, name: label }) => /** @type {[string, string]} */ ([id, label || id])), ['', t('bulk.group.new')]]} />
        {group === '' && <Field label={t('bulk.group.name')} value={name} required maxLength={256} onInput={(event) => setName(event.currentTarget.value)} />}
        <div class="dialog-actions"><Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="main" type="submit" busy={busy}>{t('bulk.group.save')}</Button></div>
      </form>
    </Dialog>
  );
}

/** Displays with equal groups get one request. @returns {[string[], string[]][]} groups and ids */
export function byGroups(devices) {
  const lists = new Map();
  for (const { id, groups } of devices) {
    const key = JSON.stringify(groups);
    lists.set(key, [...(lists.get(key) ?? []), id]);
  }
  return [...lists].map(([key, ids]) => [JSON.parse(key), ids]);
}

function MergeDialog({ devices, onClose, onDone }) {
  const [target, setTarget] = useState(devices[0].id);
  const [busy, run] = useAction();
  const live = devices.filter((device) => device.id !== target && ['live', 'online'].includes(stateOf(device)));
  return (
    <Dialog title={t('bulk.merge.title')} onClose={onClose}>
      <p>{t('bulk.merge.text')}</p>
      <Select label={t('bulk.merge.keep')} value={target} onChange={setTarget} options={devices.map((device) => [device.id, nameOf(device)])} />
      {live.length > 0 && <p class="notice warn">{t('bulk.merge.live', { names: live.map(nameOf).join(', ') })}</p>}
      <div class="dialog-actions"><Button onClick={onClose}>{t('cancel')}</Button>
        <Button kind="danger" busy={busy} onClick={() => run(async () => {
          const { merged } = await mergeInto(target, devices.map(({ id }) => id).filter((id) => id !== target));
          await onDone([]);
          onClose();
          say(t('decide.done.merge', { n: merged ?? 0 }));
        })}>{t('decide.merge')}</Button></div>
    </Dialog>
  );
}

/** @param {{devices: any[], found: any[], groups: any[], onChoose: (ids: string[], on: boolean) => void, onDone: () => Promise<void>}} props */
export function Bulk({ devices, found, groups, onChoose, onDone }) {
  const [dialog, setDialog] = useState('');
  const [progress, setProgress] = useState(/** @type {import('./commands.js').Progress|null} */ (null));
  const cancelled = useRef(false);
  const [busy, run] = useAction();
  const ids = devices.map(({ id }) => id);
  const none = () => onChoose(ids, false);

  const send = (type) => run(async () => {
    cancelled.current = false;
    const result = await sendToMany(ids, (wave) => sendWave(wave, type),
      { onProgress: setProgress, cancelled: () => cancelled.current, mostFailures });
    setProgress(null);
    say([t('bulk.sent', { n: result.done - result.failed }), result.waiting && t('bulk.waiting', { n: result.waiting }),
      result.failed && t('bulk.failed', { n: result.failed }), result.stopped && t(`bulk.stopped.${result.stopped}`)].filter(Boolean).join(' '));
    await onDone();
  });
  const drop = () => run(async () => {
    for (const id of ids) await deleteDevice(id);
    none();
    setDialog('');
    await onDone();
    say(t('bulk.deleted', { n: ids.length }));
  });

  return (
    <div class="bulk">
      <Check label={t('bulk.all', { n: found.length })} checked={found.length > 0 && found.every(({ id }) => ids.includes(id))}
        onChange={(on) => onChoose(found.map(({ id }) => id), on)} />
      {ids.length > 0 && (
        <div class="bulk-actions" role="group" aria-label={t('bulk.chosen', { n: ids.length })}>
          <span>{t('bulk.chosen', { n: ids.length })}</span>
          {buttons.map(({ type, label, icon }) => (
            <button key={type} type="button" class="button icon" title={t(label)} aria-label={t(label)} disabled={busy} onClick={() => send(type)}>
              {icons[icon]}</button>
          ))}
          <Button disabled={busy} onClick={() => setDialog('group')}>{t('bulk.group.open')}</Button>
          {ids.length > 1 && <Button disabled={busy} onClick={() => setDialog('merge')}>{t('bulk.merge.open')}</Button>}
          <Button kind="danger" disabled={busy} onClick={() => setDialog('delete')}>{t('delete')}</Button>
        </div>
      )}
      {progress && (
        <div class="bulk-progress">
          <Progress done={progress.done} total={progress.total} label={t('bulk.progress', { done: progress.done, total: progress.total })} />
          <Button onClick={() => { cancelled.current = true; }}>{t('cancel')}</Button>
        </div>
      )}
      {dialog === 'group' && <GroupDialog devices={devices} groups={groups} onClose={() => setDialog('')} onDone={onDone} />}
      {dialog === 'merge' && <MergeDialog devices={devices} onClose={() => setDialog('')} onDone={async () => { none(); await onDone(); }} />}
      {dialog === 'delete' && <Confirm title={t('bulk.delete.title', { n: ids.length })} text={t('bulk.delete.text')} label={t('delete')}
        busy={busy} onConfirm={drop} onClose={() => setDialog('')} />}
    </div>
  );
}
