// A display page in a frame that shows the settings of the form before they are saved.
import { useEffect, useRef, useState } from 'preact/hooks';

import { serverUrl } from '../../shared/base.js';
import { Select } from '../components/basics.jsx';
import { t } from '../core/texts.js';

const sizes = { '1920x1080': 'Full HD', '3840x2160': '4K', '1080x1920': 'Full HD ↕', '1280x800': '1280 × 800', '390x844': '390 × 844' };
const modes = ['wallart', 'screensaver', 'cinema'];

/** @param {{settings: any}} props all settings, defaults included */
export function Preview({ settings }) {
  const [mode, setMode] = useState(modes.includes(settings.mode) ? settings.mode : 'wallart');
  const [size, setSize] = useState('1920x1080');
  const [scale, setScale] = useState(0.2);
  const frame = useRef(/** @type {HTMLIFrameElement|null} */ (null));
  const box = useRef(/** @type {HTMLDivElement|null} */ (null));
  const [width, height] = size.split('x').map(Number);
  const tell = () => frame.current?.contentWindow?.postMessage({ marquee: 'preview', settings: { ...settings, mode } }, location.origin);

  useEffect(tell, [JSON.stringify(settings), mode]);
  // The page asks when it is ready for settings.
  useEffect(() => {
    const ready = (event) => {
      if (event.source === frame.current?.contentWindow && event.origin === location.origin && event.data?.marquee === 'preview-ready') tell();
    };
    addEventListener('message', ready);
    return () => removeEventListener('message', ready);
  });
  useEffect(() => {
    const fit = () => {
      if (box.current) setScale(Math.min(box.current.clientWidth / width, 420 / height));
    };
    fit();
    const observer = new ResizeObserver(fit);
    if (box.current) observer.observe(box.current);
    return () => observer.disconnect();
  }, [width, height]);

  useEffect(() => {
    const { style } = /** @type {HTMLIFrameElement} */ (frame.current);
    style.width = `${width}px`;
    style.height = `${height}px`;
    style.transform = `scale(${scale})`;
    style.marginLeft = `${Math.max(0, ((box.current?.clientWidth ?? 0) - width * scale) / 2)}px`;
    /** @type {HTMLDivElement} */ (box.current).style.height = `${Math.ceil(height * scale)}px`;
  }, [width, height, scale]);

  return (
    <section class="panel preview" aria-labelledby="preview-title">
      <h2 id="preview-title">{t('preview.title')}</h2>
      <div class="row">
        <Select label={t('preview.mode')} value={mode} onChange={setMode} options={modes.map((name) => [name, t(`mode.${name}`)])} />
        <Select label={t('preview.size')} value={size} onChange={setSize} options={Object.entries(sizes)} />
      </div>
      <div class="preview-box" ref={box}>
        <iframe key={mode} ref={frame} title={t('preview.frame')} src={serverUrl(`/${mode}?register=0&preview=1`)} tabIndex={-1} />
      </div>
      <p class="hint">{t('preview.text')}</p>
    </section>
  );
}
