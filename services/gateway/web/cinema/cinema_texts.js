// The header and footer of the cinema page: pure functions from settings and item to texts.

const headerStyles = ['classic', 'neon', 'minimal', 'theatre'];
const specStyles = ['subtle', 'filled', 'outline'];
const orientations = ['auto', 'portrait', 'portrait-flipped', 'landscape'];
const rotationMinutes = 5;  // the default of Posterrama 3.0.1

/** @param {object} config the body of /get-config */
export function cinemaSettings(config) {
  const cinema = config.cinema ?? {};
  const header = cinema.header ?? {};
  const footer = cinema.footer ?? {};
  const ambilight = cinema.ambilight ?? {};
  const nowPlaying = cinema.nowPlaying ?? {};
  const minutes = Number(cinema.rotationIntervalMinutes ?? rotationMinutes);
  return {
    orientation: oneOf(orientations, cinema.orientation ?? config.cinemaOrientation),
    // 0 is "never": the poster stays until playback.next.
    intervalSeconds: minutes > 0 ? minutes * 60 : minutes === 0 ? Infinity : rotationMinutes * 60,
    header: { shown: header.enabled !== false, text: text(header.text, 'Now Showing'),
      style: oneOf(headerStyles, header.style) },
    footer: { shown: footer.enabled !== false, type: oneOf(['specs', 'marquee', 'metadata', 'tagline'], footer.type),
      text: text(footer.marqueeText, 'Feature Presentation'), specs: footer.specs ?? {},
      style: oneOf(specStyles, footer.specs?.style) },
    ambilight: ambilight.enabled === false ? 0 : clamp(Number(ambilight.strength ?? 60), 0, 100) / 100,
    nowPlaying: { enabled: nowPlaying.enabled === true, random: nowPlaying.priority === 'random',
      user: nowPlaying.priority === 'user' ? text(nowPlaying.filterUser, '') : '',
      fallback: nowPlaying.fallbackToRotation !== false,
      everySeconds: clamp(Number(nowPlaying.updateIntervalSeconds ?? 15), 5, 300) },
  };
}

/** The texts below the poster; [] if the item has none of this type. */
export function footerOf(item, { type, specs }) {
  if (!item || type === 'marquee') return [];
  if (type === 'tagline') return [item.tagline].filter(Boolean);
  if (type === 'specs') return specsOf(item, specs);
  return [item.title, item.year && String(item.year), item.runtime > 0 && duration(item.runtime), item.contentRating,
    (item.genres ?? []).slice(0, 3).join(', ')].filter(Boolean);
}

/** The technical details below the poster: resolution, dynamic range, sound. */
export function specsOf(item, specs = {}) {
  const out = [];
  if (specs.showResolution !== false) out.push(item.qualityLabel ?? resolution(item.videoStreams?.[0]?.height));
  if (specs.showFlags !== false) {
    if (item.hasDolbyVision) out.push('Dolby Vision');
    else if (item.hasHDR) out.push('HDR');
  }
  if (specs.showAudio !== false) out.push(sound(item.audioTracks?.[0]));
  if (specs.showAspectRatio !== false) out.push(ratio(item.videoStreams?.[0]?.aspectRatio));
  if (item.runtime > 0) out.push(duration(item.runtime));
  if (item.contentRating) out.push(item.contentRating);
  return out.filter(Boolean);
}

function resolution(height) {
  if (!(height > 0)) return null;
  if (height >= 2000) return '4K';
  return height >= 1000 ? '1080p' : height >= 700 ? '720p' : 'SD';
}

function sound(track) {
  if (!track) return null;
  if (/atmos/i.test(`${track.profile ?? ''} ${track.displayTitle ?? ''}`)) return 'Dolby Atmos';
  if (/dts.?x/i.test(track.profile ?? '')) return 'DTS:X';
  const layout = { 1: 'Mono', 2: 'Stereo', 6: '5.1', 7: '6.1', 8: '7.1' }[track.channels];
  const codec = { truehd: 'Dolby TrueHD', eac3: 'Dolby Digital+', ac3: 'Dolby Digital', dca: 'DTS', dts: 'DTS', flac: 'FLAC' }[
    String(track.codec ?? '').toLowerCase()] ?? '';
  return [codec, layout].filter(Boolean).join(' ') || null;
}

function ratio(value) {
  const number = Number(value);
  if (number > 1) return `${number.toFixed(2)}:1`;
  return /^\d+:\d+$/.test(value ?? '') ? value : null;
}

function duration(minutes) {
  const hours = Math.floor(minutes / 60);
  return hours > 0 ? `${hours} h ${Math.round(minutes % 60)} min` : `${Math.round(minutes)} min`;
}

const oneOf = (allowed, value) => (allowed.includes(value) ? value : allowed[0]);
const text = (value, otherwise) => (typeof value === 'string' && value.trim() !== '' ? value.trim() : otherwise);
const clamp = (number, low, high) => (Number.isFinite(number) ? Math.min(high, Math.max(low, number)) : low);
