// What SVGO makes of SVG files, or React of what SVGR makes of them: svgo|svgr FOLDER-OF-PACKAGES OPTIONS FILE.svg ...
// Each file is written again in its place.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const [tool, packages, options, ...files] = process.argv.slice(2);
const need = createRequire(`${packages}/`);

const svgo = (source, path) => need("svgo").optimize(source, { path }).data;

async function svgr(source, path) {
  const plugins = [need("@svgr/plugin-svgo"), need("@svgr/plugin-jsx")];
  const wishes = { ...JSON.parse(options), plugins };
  const jsx = await need("@svgr/core").transform(source, wishes, { filePath: path });
  const { code } = need("esbuild").transformSync(jsx, { loader: "jsx", format: "cjs" });
  const module = { exports: {} };
  new Function("module", "exports", "require", code)(module, module.exports, need);
  return need("react-dom/server").renderToStaticMarkup(need("react").createElement(module.exports.default));
}

for (const path of files) {
  writeFileSync(path, await { svgo, svgr }[tool](readFileSync(path, "utf8"), path));
}
