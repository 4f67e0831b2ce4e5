// Fixtures that cannot pass yet, and why. A fixture that stands here and passes fails the run, so
// that this table only ever gets shorter.
export const notDue = {};
