// Parameters in the address of a page:
//   ?interval=SECONDS   how long a poster stays; overrides the server's setting (0.2 to 3600)
//   ?density=low|medium|high|ludicrous   number of posters; overrides the server's setting
//   ?register=0         do not register this screen; ?register=1 registers it again after its device
//                       was deleted (see device/device.js)

/** @param {string} search the query string of the address */
export function readAddress(search) {
  const params = new URLSearchParams(search);
  const interval = Number.parseFloat(params.get('interval') ?? '');
  const density = params.get('density');
  const register = params.get('register');
  return {
    intervalSeconds: interval >= 0.2 && interval <= 3600 ? interval : undefined,
    density: ['low', 'medium', 'high', 'ludicrous'].includes(density) ? density : undefined,
    register: register === '1' ? 'again' : register === '0' ? 'never' : 'once',
  };
}
