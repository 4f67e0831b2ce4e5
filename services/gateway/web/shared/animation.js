// Element.animate() as a promise that resolves at its end. (Animation.finished is missing in
// browsers before 2020.)

/** @returns {Promise<Animation>} resolves when it has ended or was cancelled */
export function play(element, frames, options) {
  const animation = element.animate(frames, options);
  return new Promise((resolve) => {
    animation.onfinish = animation.oncancel = () => resolve(animation);
  });
}
