// Fixtures that cannot pass yet, and why. A fixture that stands here and passes fails the run, so
// that this table only ever gets shorter.
export const notDue = {
  F10: 'groups and effective settings come with the device registry',
  F29: 'pairing comes with the device registry',
  F30: 'pairing comes with the device registry',
};
