// Settings that the control room sends to a page in one of its frames, before they are saved.

/**
 * Reports that the page is ready and passes on the settings that the surrounding page sends; only a
 * page of this server is listened to.
 * @param {(settings: object) => void} onSettings complete settings, defaults included
 * @param {Window & typeof globalThis} [frame] for tests
 */
export function followPreview(onSettings, frame = globalThis.window) {
  if (frame.parent === frame) return;
  frame.addEventListener('message', ({ source, origin, data }) => {
    if (source !== frame.parent || origin !== frame.location.origin || data?.marquee !== 'preview') return;
    if (typeof data.settings === 'object' && data.settings !== null) onSettings(data.settings);
  });
  frame.parent.postMessage({ marquee: 'preview-ready' }, frame.location.origin);
}
