// A reporter of node's test runner that prints failed tests only, with the differing lines.
export default async function* failures(source) {
  for await (const { type, data } of source) {
    if (type !== 'test:fail') continue;
    yield `${data.name}\n${data.details.error.cause?.message ?? data.details.error.message}\n`;
  }
}
