// The API documentation: shows /openapi.json as one page of operations.

import { serverUrl } from '../shared/base.js';

const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};

/** The name of a schema's type: "string", "array of Device", "enum". */
export function typeName(schema) {
  if (schema.$ref) return schema.$ref.split('.').at(-1);
  if (schema.type === 'array') return `array of ${typeName(schema.items)}`;
  if (schema.enum) return schema.enum.filter((value) => !value.endsWith('_UNSPECIFIED')).join(' | ');
  if (schema.additionalProperties) return `map of ${typeName(schema.additionalProperties)}`;
  const type = Array.isArray(schema.type) ? 'any' : schema.type;
  return schema.format ? `${type} (${schema.format})` : type;
}

/** The properties of a schema or reference, as [name, schema] pairs. */
export function fieldsOf(document_, reference) {
  const schema = document_.components.schemas[reference.replace('#/components/schemas/', '')];
  return Object.entries(schema?.properties ?? {});
}

/** Operations by tag: [[tag, [{path, verb, operation}, …]], …]. */
export function groupByTag(document_) {
  const groups = new Map((document_.tags ?? []).map((tag) => [tag.name, []]));
  for (const [path, verbs] of Object.entries(document_.paths)) {
    for (const [verb, operation] of Object.entries(verbs)) {
      const [tag] = operation.tags;
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push({ path, verb, operation });
    }
  }
  return [...groups].filter(([, operations]) => operations.length > 0);
}

function table(title, rows) {
  if (rows.length === 0) return [];
  const lines = rows.map(([name, schema, note]) => make('tr', {}, make('td', {}, make('code', {}, name)),
    make('td', {}, typeName(schema)), make('td', {}, [note, schema.description].filter(Boolean).join(' '))));
  return [make('h4', {}, title), make('table', {}, make('tbody', {}, ...lines))];
}

function section(document_, { path, verb, operation }) {
  const body = operation.requestBody?.content['application/json'].schema.$ref;
  const answer = operation.responses['200'].content['application/json'].schema.$ref;
  const parameters = operation.parameters.map(({ name, in: place, schema, description }) =>
    [name, schema, `${place}.${schema.description ? '' : ` ${description ?? ''}`}`]);
  return make('details', { id: operation.operationId },
    make('summary', {}, make('span', { class: `verb ${verb}` }, verb.toUpperCase()), ' ', make('code', {}, path)),
    make('p', {}, operation.description ?? ''),
    ...table('Parameters', parameters),
    ...(body ? table('Body', fieldsOf(document_, body)) : []),
    ...table('Answer', fieldsOf(document_, answer)));
}

function draw(document_) {
  const about = document.getElementById('about');
  about.textContent = `Version ${document_.info.version}. ${document_.info.description}`;
  for (const [tag, operations] of groupByTag(document_)) {
    const words = document_.tags.find(({ name }) => name === tag)?.description ?? '';
    document.getElementById('contents').append(make('a', { href: `#${tag}` }, tag));
    document.getElementById('operations').append(make('section', { id: tag }, make('h2', {}, tag), make('p', {}, words),
      ...operations.map((operation) => section(document_, operation))));
  }
  // A link to one operation opens it.
  document.getElementById(location.hash.slice(1))?.setAttribute('open', '');
}

if (globalThis.document) {
  fetch(serverUrl('/openapi.json')).then((answer) => answer.json()).then(draw, (error) => {
    document.getElementById('about').textContent = `The API description could not be loaded: ${error.message}`;
  });
}
