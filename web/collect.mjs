// Copies what the page needs out of node_modules into the package: make build-assets.
// The folder is laid out as Solara asks for it (name@version/path), so that nothing is fetched at run time.
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = process.argv[2] ?? join(here, "..", "model", "patronage", "browser", "_assets");
const home = (name) => join(here, "node_modules", name);
const version = (name) => JSON.parse(readFileSync(join(home(name), "package.json"), "utf8")).version;

function copy(from, to) {
  const place = join(target, to);
  mkdirSync(dirname(place), { recursive: true });
  copyFileSync(from, place);
}

/** Fonts that a style sheet names, in the one format every browser of today reads. */
function fonts(sheet) {
  const found = readFileSync(sheet, "utf8").matchAll(/url\(["']?([^"')?#]+\.woff2)/g);
  return [...new Set([...found].map((m) => m[1]))];
}

rmSync(target, { recursive: true, force: true });

const solara = "@widgetti/solara-vuetify-app";
const app = `${solara}@${version(solara)}/dist`;
for (const name of ["main8.css", "fonts.css", "solara-vuetify-app8.min.js", "solara-vuetify-app8.min.js.LICENSE.txt"]) {
  copy(join(home(solara), "dist", name), `${app}/${name}`);
}
// `solara run` without --production asks for the unminified file.
copy(join(home(solara), "dist", "solara-vuetify-app8.min.js"), `${app}/solara-vuetify-app8.js`);
for (const sheet of ["main8.css", "fonts.css"]) {
  for (const font of fonts(join(home(solara), "dist", sheet))) {
    copy(join(home(solara), "dist", font), `${app}/${font}`);
  }
}

const awesome = home("font-awesome");
copy(join(awesome, "css", "font-awesome.min.css"), `font-awesome@${version("font-awesome")}/css/font-awesome.min.css`);
for (const font of fonts(join(awesome, "css", "font-awesome.min.css"))) {
  copy(join(awesome, "css", font), `font-awesome@${version("font-awesome")}/css/${font}`);
}

const single = [
  ["requirejs", "require.js"],
  ["@widgetti/vue-grid-layout", "dist/vue-grid-layout.umd.js"],
  ["echarts", "dist/echarts.min.js"],
];
for (const [name, file] of single) {
  copy(join(home(name), file), `${name}@${version(name)}/${file}`);
}

copy(join(home("world-atlas"), "countries-50m.json"), "geometry/countries.json");
copy(join(home("i18n-iso-countries"), "codes.json"), "geometry/codes.json");

// What is carried of others, and under which licence: the file that says so comes from the packages' own words. Where a package
// brings no licence of its own, the text that its declared identifier stands for is put beside it.
const CARRIED = [solara, "@widgetti/vue-grid-layout", "requirejs", "font-awesome", "echarts", "world-atlas", "i18n-iso-countries"];
const WITHIN = { [solara]: "Vue, Vuetify and others as its LICENSE.txt lists them; fonts Roboto (Apache-2.0) and Material Design Icons (Apache-2.0)" };
const UNSAID = { "@widgetti/vue-grid-layout": "MIT" }; // its package.json is silent, its LICENSE is not
const terms = JSON.parse(readFileSync(join(home("spdx-license-list"), "spdx-full.json"), "utf8"));

function licence(name, text, content) {
  const place = join(target, "licenses", `${name.replace("/", "-")}-${text}.txt`);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, content);
  return `licenses/${name.replace("/", "-")}-${text}.txt`;
}

const versions = {};
const lines = ["Scripts, fonts and geometry of others that this folder carries, unchanged, and their licences.", ""];
for (const name of CARRIED) {
  versions[name] = version(name);
  const declared = JSON.parse(readFileSync(join(home(name), "package.json"), "utf8")).license ?? UNSAID[name];
  const own = readdirSync(home(name)).filter((f) => /^(licen[cs]e|notice)(\.\w+)?$/i.test(f));
  const texts = own.map((f) => licence(name, f.replace(/\.(md|txt)$/i, ""), readFileSync(join(home(name), f))));
  const missing = own.length ? [] : declared.match(/[\w.-]+/g).filter((word) => word in terms);
  const identifiers = WITHIN[name] ? [...missing, "Apache-2.0"] : missing;
  texts.push(...identifiers.map((id) => licence(name, id, terms[id].licenseText)));
  if (!texts.length) throw new Error(`no licence is known of ${name}: say it in web/collect.mjs`);
  lines.push(`${name} ${versions[name]}: ${declared}${WITHIN[name] ? `; within it ${WITHIN[name]}` : ""}`, `    ${texts.join(", ")}`);
}
writeFileSync(join(target, "licenses", "README.txt"), lines.join("\n") + "\n");
writeFileSync(join(target, "versions.json"), JSON.stringify(versions, null, 1) + "\n");
if (!existsSync(join(target, app, "fonts.css"))) {
  throw new Error("the scripts of the page are not where they were expected");
}
console.log(`Collected ${Object.keys(versions).length} packages in ${target}.`);
