// The chosen language, for modules that format numbers and times. texts.js sets it.
export const locale = { name: 'en' };
