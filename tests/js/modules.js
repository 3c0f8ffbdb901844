// Takes the course's own files for ES modules, as the browser is told to; no package.json says so.
import { register } from "node:module";

const course = new URL("../../", import.meta.url).href;
const load = `export const load = (url, context, next) => {
  const ours = url.startsWith(${JSON.stringify(course)}) && !url.includes("/node_modules/");
  return next(url, ours ? { ...context, format: "module" } : context);
};`;
register(`data:text/javascript,${encodeURIComponent(load)}`);
