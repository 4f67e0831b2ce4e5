// What a person may say in the page's address:
//   ?interval=SECONDS   how long a poster stays, instead of the server's setting (0.2 to 3600)
//   ?density=low|medium|high|ludicrous   how many posters the wall has, instead of the server's setting
//   ?register=0         do not announce this screen; ?register=1 announces it again after it was
//                       deleted from the fleet (see device/device.js)

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
