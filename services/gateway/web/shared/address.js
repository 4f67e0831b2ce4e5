// Parameters in the address of a page:
//   ?interval=SECONDS   how long a poster stays; overrides the server's setting (0.2 to 3600)
//   ?density=low|medium|high|ludicrous   number of posters; overrides the server's setting
//   ?register=0         do not register this screen; ?register=1 registers it again after its device
//                       was deleted (see device/device.js)
//   ?preview=1          in a frame of the control room: shows the settings that it sends (device/preview.js)
//   ?pair=CODE          become the display for which the control room made this code

/** @param {string} search the query string of the address */
export function readAddress(search) {
  const params = new URLSearchParams(search);
  const interval = Number.parseFloat(params.get('interval') ?? '');
  const density = params.get('density');
  const register = params.get('register');
  const pair = params.get('pair') ?? '';
  return {
    intervalSeconds: interval >= 0.2 && interval <= 3600 ? interval : undefined,
    density: ['low', 'medium', 'high', 'ludicrous'].includes(density) ? density : undefined,
    preview: params.get('preview') === '1',
    pairingCode: /^\d{6}$/.test(pair) ? pair : undefined,
    register: register === '1' ? 'again' : register === '0' ? 'never' : 'once',
  };
}
