// Fixtures that are expected to fail, with the reason. A fixture that is listed here and passes
// fails the run, so that entries are removed when they are done.
export const notDue = {};
