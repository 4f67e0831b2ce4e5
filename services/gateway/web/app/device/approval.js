// The code by which an owner recognizes and approves this screen; it is shown while the screen waits,
// over a wall that works already.

/** @param {string|undefined} code six digits; nothing: the screen does not wait (any more) */
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
