// The code by which an administrator recognises and approves this screen. It is shown over the
// working page while the screen waits for approval.

/** @param {string|undefined} code six digits; undefined: the screen does not wait for approval */
export function showApprovalCode(code) {
  let box = document.querySelector('.approval');
  if (!code) {
    box?.remove();
    return;
  }
  if (!box) {
    box = document.createElement('aside');
    box.className = 'approval';
    box.setAttribute('role', 'status');
    document.body.append(box);
  }
  const text = `New screen ${code.slice(0, 3)} ${code.slice(3)}: approve it in the control room`;
  if (box.textContent !== text) box.textContent = text;
}
