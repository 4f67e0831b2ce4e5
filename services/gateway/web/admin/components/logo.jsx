import { serverUrl } from '../../shared/base.js';

export function Logo() {
  return <p class="logo"><img src={serverUrl('/web/favicon.svg')} alt="" width="32" height="32" />Marquee</p>;
}
