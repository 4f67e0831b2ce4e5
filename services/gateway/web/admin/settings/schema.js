// The schema of the display settings with its fields, for pages.
import schema from './display.schema.json';
import { defaultsOf } from './values.js';
import { fieldsOf } from './fields.js';

export const fields = fieldsOf(schema);
export const paths = fields.map(({ path }) => path);
export const defaults = defaultsOf(fields);
